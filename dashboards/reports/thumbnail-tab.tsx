import { useState, type ReactNode } from 'react';
import { palettes, thumbnailTemplates } from '../../platform/contracts/render-names.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { PictureField } from './picture-field.tsx';
import { RenderList } from './render-list.tsx';
import { useAsk } from './use-ask.ts';

/** Thumbnails: one text in every template and palette, to choose from. */
export function ThumbnailTab(): ReactNode {
  const { can } = useWorkspace();
  const ask = useAsk();
  const action = useAction();
  const [text, setText] = useState('');
  const [kicker, setKicker] = useState('');
  const [figure, setFigure] = useState('');
  const [picture, setPicture] = useState<string>();
  const submit = async (): Promise<void> => {
    await ask('thumbnail', {
      text: text.trim(),
      ...(kicker.trim() === '' ? {} : { kicker: kicker.trim() }),
      ...(figure.trim() === '' ? {} : { figure: figure.trim() }),
      ...(picture === undefined ? {} : { picture }),
      templates: [...thumbnailTemplates],
      palettes: palettes.slice(0, 3),
    });
  };
  return (
    <div className="columns-2">
      <section className="panel stack-tight" aria-labelledby="ask-title">
        <h2 id="ask-title">Make thumbnails</h2>
        <p className="quiet">
          1280×720, in three templates and three palettes. The contrast of the text is measured on the picture
          behind it; where it is below 4.5, the picture is covered there.
        </p>
        {can('kpis:write') ? (
          <Form
            label="Make thumbnails"
            action={action}
            onSubmit={submit}
            buttons={
              <button
                type="submit"
                className="button button-primary"
                disabled={text.trim() === ''}
                aria-disabled={action.isRunning}
              >
                Make them
              </button>
            }
          >
            <TextField
              label="Text"
              hint="Six words or fewer read best."
              fault={action.faultOf('params')}
              maxLength={200}
              value={text}
              onChange={setText}
            />
            <div className="form-row">
              <TextField
                label="Line above"
                hint="Optional."
                maxLength={60}
                value={kicker}
                onChange={setKicker}
              />
              <TextField
                label="Large figure"
                hint="Optional, such as +12%."
                maxLength={12}
                value={figure}
                onChange={setFigure}
              />
            </div>
            <PictureField onChange={setPicture} />
          </Form>
        ) : (
          <p className="quiet">Analysts and admins make thumbnails.</p>
        )}
      </section>
      <RenderList kinds={['thumbnail']} empty="Variants appear here side by side." />
    </div>
  );
}
