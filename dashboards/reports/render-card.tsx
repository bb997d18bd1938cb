import type { ReactNode } from 'react';
import type { LiveRender } from '../../platform/contracts/render.ts';
import { duration } from '../data/format.ts';
import { useNow } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Icon } from '../ui/icons.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { bytesText, fileWord, isOpen, remainingMs, stateWords } from './render-words.ts';

type Artefact = LiveRender['artefacts'][number];

const askerWords = { person: 'asked by', schedule: 'by schedule', decision: 'by decision' } as const;

/** One render: how far it is and who asked, then what was made. */
export function RenderCard({ render }: { readonly render: LiveRender }): ReactNode {
  const { can, format } = useWorkspace();
  const now = useNow(1_000);
  const isRunning = isOpen(render);
  const elapsedMs = (render.endedAtMs ?? now) - (render.startedAtMs ?? render.createdAtMs);
  const remaining = remainingMs(render, now);
  const state = stateWords[render.state];
  return (
    <article className="job render" aria-label={render.title}>
      <div className="row spread">
        <span className="strong ellipsis">{render.title}</span>
        <span className={`badge ${state.tone}`}>{state.text}</span>
      </div>
      {isRunning ? (
        <progress
          max={100}
          value={render.percent}
          aria-label={`${render.title}: ${Math.round(render.percent)}%`}
        />
      ) : null}
      <p className="small quiet">
        {isRunning
          ? `${render.stage}, ${Math.round(render.percent)}% · for ${duration(Math.max(0, elapsedMs))}${remaining === undefined ? '' : ` · about ${duration(remaining)} left`}`
          : `Ended ${format.dateTime(render.endedAtMs ?? render.createdAtMs)} · took ${duration(Math.max(0, elapsedMs))}`}
        {` · ${askerWords[render.askedBy.type]} ${render.askedBy.name}`}
        {render.attempts > 1 ? ` · try ${render.attempts}` : ''}
        {render.costUsd > 0 ? ` · cost ${render.costUsd.toFixed(2)} USD` : ''}
      </p>
      {render.error === undefined ? null : (
        <p className="small bad">
          {render.error.message} <code>{render.error.code}</code>
        </p>
      )}
      {render.summary?.[0] === undefined ? null : <p className="small">{render.summary[0]}</p>}
      {render.notes.map((note) => (
        <p key={note} className="small quiet">
          {note}
        </p>
      ))}
      {isRunning && can('kpis:write') ? <CancelButton id={render.id} title={render.title} /> : null}
      <Artefacts render={render} />
    </article>
  );
}

function CancelButton({ id, title }: { readonly id: string; readonly title: string }): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  return (
    <div>
      <button
        type="button"
        className="button button-small"
        aria-label={`Cancel ${title}`}
        aria-disabled={action.isRunning}
        onClick={() =>
          action.run(async () => {
            await api.cancelRender(id);
            queries.renders.refresh();
          })
        }
      >
        Cancel
      </button>
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
    </div>
  );
}

function Artefacts({ render }: { readonly render: LiveRender }): ReactNode {
  const { format } = useWorkspace();
  const { artefacts } = render;
  if (artefacts.length === 0)
    return render.state === 'done' ? (
      <p className="small quiet">What was made has expired and was deleted.</p>
    ) : null;
  const pictures =
    render.kind === 'video' ? [] : artefacts.filter(({ contentType }) => contentType === 'image/png');
  const page = artefacts.find(({ contentType }) => contentType.startsWith('text/html'));
  const expires = Math.min(...artefacts.map(({ expiresAtMs }) => expiresAtMs));
  return (
    <>
      {pictures.length === 0 ? null : (
        <ul className="render-pictures">
          {pictures.map((picture) => (
            <li key={picture.name}>
              <a href={inline(picture)} target="_blank" rel="noreferrer">
                <img src={inline(picture)} alt={`Preview of ${picture.name}`} loading="lazy" />
              </a>
            </li>
          ))}
        </ul>
      )}
      <Player render={render} />
      <ul className="row-wrap render-files">
        {page === undefined ? null : (
          <li>
            <a
              className="button button-small button-primary"
              href={inline(page)}
              target="_blank"
              rel="noreferrer"
            >
              <Icon name="external" /> Open
            </a>
          </li>
        )}
        {artefacts.map((artefact) => (
          <li key={artefact.name}>
            <a
              className="button button-small"
              href={artefact.href}
              download={artefact.name}
              aria-label={`Download ${fileWord(artefact.name)} ${bytesText(artefact.bytes)}: ${artefact.name}`}
              title={`${artefact.name}, SHA-256 ${artefact.sha256}`}
            >
              <Icon name="download" /> {fileWord(artefact.name)}{' '}
              <span className="quiet">{bytesText(artefact.bytes)}</span>
            </a>
          </li>
        ))}
      </ul>
      <p className="small quiet">Kept until {format.date(expires)}.</p>
    </>
  );
}

/** A video with its captions shown; nothing is loaded before it is played. */
function Player({ render }: { readonly render: LiveRender }): ReactNode {
  const video = render.artefacts.find(({ contentType }) => contentType === 'video/mp4');
  const captions = render.artefacts.find(({ contentType }) => contentType.startsWith('text/vtt'));
  const poster = render.artefacts.find(({ contentType }) => contentType === 'image/png');
  if (video === undefined || captions === undefined) return null;
  return (
    <video
      className="render-video"
      controls
      preload="none"
      aria-label={`Play ${render.title}`}
      {...(poster === undefined ? {} : { poster: inline(poster) })}
    >
      <source src={inline(video)} type="video/mp4" />
      <track kind="captions" label="English" srcLang="en" src={inline(captions)} default />
    </video>
  );
}

function inline({ href }: Artefact): string {
  return `${href}&inline=1`;
}
