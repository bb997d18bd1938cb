import { useState, type ReactNode } from 'react';
import type { AudienceAnswer, AudienceTopic, PrivateRequest } from '../../platform/contracts/audience.ts';
import type { DemographicField } from '../../platform/contracts/demographics.ts';
import { audienceTopics, demographicFields } from '../data/wire-audience.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Empty, Notice } from '../ui/states.tsx';
import { AnswerView } from './answer-view.tsx';
import { PrivacyPanel } from './privacy-panel.tsx';
import { fieldTitles, topicQuestions } from './topic-words.ts';

const epsilons = [0.05, 0.1, 0.25, 0.5] as const;

/** Questions about parts of the audience: answered with noise, paid from the privacy budget. */
export function SegmentScreen(): ReactNode {
  const [answer, setAnswer] = useState<AudienceAnswer>();
  return (
    <div className="audience-grid">
      <div className="stack">
        <AskPanel onAnswer={setAnswer} />
        <PrivacyPanel />
      </div>
      {answer === undefined ? (
        <section className="panel" aria-label="Answer">
          <Empty title="No answer yet">
            <p>
              Ask about viewers of a country, a channel or a content. The counts get enough noise that nobody
              can tell whether one person is among them; a question asked again gives the same answer for
              nothing.
            </p>
            <p className="small quiet">
              Funnels, cohorts and distinct viewers of a part of the users are exact on their own screens, for
              those who may ask here, without groups of one to nine people.
            </p>
          </Empty>
        </section>
      ) : (
        <Answer answer={answer} />
      )}
    </div>
  );
}

function AskPanel({ onAnswer }: { readonly onAnswer: (answer: AudienceAnswer) => void }): ReactNode {
  const { api, can, queries } = useWorkspace();
  const action = useAction();
  const [what, setWhat] = useState<AudienceTopic>('activity');
  const [country, setCountry] = useState('');
  const [channel, setChannel] = useState('');
  const [content, setContent] = useState('');
  const [who, setWho] = useState<DemographicField>('age_band');
  const [group, setGroup] = useState('');
  const [field, setField] = useState<DemographicField>('age_band');
  const [epsilon, setEpsilon] = useState(0.1);
  const segment = {
    ...(country === '' ? {} : { country: country.toUpperCase() }),
    ...(channel === '' ? {} : { channel }),
    ...(content === '' ? {} : { content }),
    ...(group === '' ? {} : { [who]: group }),
  };
  const isReady = Object.keys(segment).length > 0;
  const ask = async (): Promise<void> => {
    const body: PrivateRequest = {
      segment,
      epsilon,
      ...(what === 'demographics' ? { field } : {}),
    };
    onAnswer(await api.askPrivately(what, body));
    queries.privacy.refresh();
  };
  return (
    <section className="panel stack-tight" aria-labelledby="ask-title">
      <h2 id="ask-title">Ask about a segment</h2>
      {can('kpis:write') ? null : (
        <Notice tone="warn">
          Spending budget needs the role analyst; answers given already are listed below.
        </Notice>
      )}
      <Form
        label="Ask about a segment"
        action={action}
        onSubmit={ask}
        buttons={
          <button
            type="submit"
            className="button button-primary"
            disabled={!isReady || !can('kpis:write')}
            aria-disabled={action.isRunning}
          >
            {action.isRunning ? 'Asking' : 'Ask'}
          </button>
        }
      >
        <ChoiceField
          label="Question"
          value={what}
          choices={audienceTopics.map((each) => [each, topicQuestions[each]])}
          onChange={(chosen) => setWhat(audienceTopics.find((each) => each === chosen) ?? what)}
        />
        {what === 'demographics' ? (
          <ChoiceField
            label="Told apart by"
            value={field}
            choices={(['age_band', 'gender', 'device_type'] as const).map((each) => [
              each,
              fieldTitles[each],
            ])}
            onChange={(chosen) => setField(demographicFields.find((each) => each === chosen) ?? field)}
          />
        ) : null}
        <div className="form-row">
          <TextField
            label="Country"
            hint="Two letters, such as DE"
            value={country}
            maxLength={2}
            onChange={(text) => setCountry(text.trim())}
          />
          <TextField label="Channel" hint="Its id" value={channel} maxLength={256} onChange={setChannel} />
          <TextField label="Content" hint="Its id" value={content} maxLength={256} onChange={setContent} />
        </div>
        <div className="form-row">
          <ChoiceField
            label="People whose"
            value={who}
            choices={demographicFields.map((each) => [each, fieldTitles[each].toLowerCase()])}
            onChange={(chosen) => setWho(demographicFields.find((each) => each === chosen) ?? who)}
          />
          <TextField
            label="is"
            hint="As events say it, such as 18-24, female, tv, de"
            value={group}
            maxLength={64}
            onChange={(text) => setGroup(text.trim())}
          />
        </div>
        <ChoiceField
          label="Privacy loss ε"
          hint="More costs more of the budget and gives less noise"
          value={String(epsilon)}
          choices={epsilons.map((each) => [String(each), `${each} ${each === 0.1 ? ' (usual)' : ''}`])}
          onChange={(chosen) => setEpsilon(Number(chosen))}
        />
      </Form>
    </section>
  );
}

function Answer({ answer }: { readonly answer: AudienceAnswer }): ReactNode {
  const { format } = useWorkspace();
  const { privacy, segment, what } = answer;
  const names = Object.entries(segment).map(
    ([dimension, value]) => `${dimension.replace('_', ' ')} ${value}`,
  );
  return (
    <section className="panel stack-tight" aria-labelledby="answer-title">
      <h2 id="answer-title">
        {topicQuestions[what]} {names.join(', ')}
      </h2>
      <p className="small quiet">
        {format.date(answer.fromMs)} to {format.date(answer.toMs - 1)}, whole days in {answer.timeZone}.
      </p>
      {privacy.kind === 'private' ? (
        <p role="status">
          <span className="badge badge-accent">with noise</span> Each count is within ±
          {format.count(Math.ceil(privacy.halfWidth95))} of the true one in 95 of 100 answers; smaller counts
          may be nothing but noise, and sums of counts have more of it, as said beside them. A person is in at
          most {privacy.cellsPerPerson} {privacy.cellsPerPerson === 1 ? 'count' : 'counts'}.{' '}
          {privacy.isRepeated
            ? `Given on ${format.dateTime(privacy.answeredAtMs)} and repeated for nothing.`
            : `Cost ε ${privacy.epsilon}.`}
        </p>
      ) : null}
      <AnswerView answer={answer} />
    </section>
  );
}
