import type { Artefact } from '../../../platform/contracts/render.ts';
import type { ReportNotice } from '../../../platform/contracts/report-mail.ts';
import type { DownloadLinks } from '../../../platform/signed-link/download-links.ts';
import type { MailAttachment } from '../channels/email.ts';

export interface ReportFile {
  readonly name: string;
  readonly bytes: number;
  readonly expiresAtMs: number;
  /** Path that works without a sign-in until the file is deleted. */
  readonly path: string;
  readonly isAttached: boolean;
}

export interface ReportFiles {
  readonly files: readonly ReportFile[];
  readonly attachments: readonly MailAttachment[];
}

export interface AttachDeps {
  readonly objects: { get(name: string): Promise<Uint8Array | undefined> };
  readonly links: Pick<DownloadLinks, 'pathOf'>;
  /** Bytes of all attachments of a mail; servers commonly refuse beyond some 10 to 25 MB, and base64 adds a third. */
  readonly attachBytes: number;
}

/** A picture of the first chart is made for lists on screens, and no file anybody asked for. */
const isAsked = ({ contentType }: Artefact): boolean => contentType !== 'image/png';

/** The files of a report: attached in their order as long as they fit, linked all of them. Undefined where all are deleted. */
export async function filesOf(
  deps: AttachDeps,
  tenant: string,
  { files, renderId }: ReportNotice,
): Promise<ReportFiles | undefined> {
  const listed: ReportFile[] = [];
  const attachments: MailAttachment[] = [];
  let room = deps.attachBytes;
  let hasAny = false;
  for (const file of files.filter(isAsked)) {
    const content = file.bytes <= room ? await deps.objects.get(file.object) : undefined;
    if (content !== undefined) {
      room -= content.byteLength;
      attachments.push({ filename: file.name, contentType: file.contentType, content: Buffer.from(content) });
    } else if (file.bytes <= room) continue;
    hasAny = true;
    listed.push({
      name: file.name,
      bytes: file.bytes,
      expiresAtMs: file.expiresAtMs,
      path: deps.links.pathOf({ tenant, id: renderId, name: file.name }, file.expiresAtMs),
      isAttached: content !== undefined,
    });
  }
  return hasAny ? { files: listed, attachments } : undefined;
}
