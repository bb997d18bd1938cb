import { useState, type ReactNode } from 'react';
import { problemOf } from '../data/problem.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Field } from '../ui/form.tsx';

const MAX_BYTES = 6_000_000;

/** A picture from this machine: its bytes are uploaded at once, what follows names them by their hash. */
export function PictureField({
  onChange,
}: {
  readonly onChange: (picture: string | undefined) => void;
}): ReactNode {
  const { api } = useWorkspace();
  const [says, setSays] = useState<{ readonly text: string; readonly isFault: boolean }>();
  const take = async (file: File): Promise<void> => {
    if (file.size > MAX_BYTES) throw new RangeError('The picture is larger than 6 MB.');
    setSays({ text: 'Uploading …', isFault: false });
    const { picture } = await api.keepPicture(base64Of(new Uint8Array(await file.arrayBuffer())));
    onChange(picture);
    setSays({ text: `${file.name} is used.`, isFault: false });
  };
  return (
    <Field
      label="Picture"
      hint={says === undefined || says.isFault ? 'Optional; PNG, JPEG or WebP of at most 6 MB.' : says.text}
      fault={says?.isFault === true ? says.text : undefined}
    >
      {(ids) => (
        <input
          {...ids}
          type="file"
          className="input"
          accept="image/png,image/jpeg,image/webp"
          onChange={(event) => {
            const file = event.target.files?.[0];
            onChange(undefined);
            setSays(undefined);
            if (file !== undefined)
              take(file).catch((error: unknown) =>
                setSays({
                  text: error instanceof RangeError ? error.message : problemOf(error).detail,
                  isFault: true,
                }),
              );
          }}
        />
      )}
    </Field>
  );
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
