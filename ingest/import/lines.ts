/** One physical line without its line feed (a carriage return before it stays). */
export interface Line {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  /** The line was longer than the bound and is cut there. */
  readonly isCut: boolean;
}

export interface LineSplitter {
  /** Lines completed by these bytes. */
  push(bytes: Uint8Array): readonly Line[];
  /** The last line, when the file does not end in a line feed. */
  end(): readonly Line[];
}

const lineFeed = 10;

/**
 * Bytes to lines, keeping at most `maxBytes` of one line: what is longer is cut, marked, and the rest of it skipped, so a file
 * without line feeds takes no more memory than one line may. Invalid UTF-8 becomes U+FFFD and valid bytes around it stay, a byte
 * order mark at the start is dropped.
 */
export function createLineSplitter(maxBytes: number): LineSplitter {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let isCut = false;
  let number = 1;

  const hold = (bytes: Uint8Array): void => {
    const room = maxBytes - heldBytes;
    if (bytes.length > room) isCut = true;
    if (room <= 0 || bytes.length === 0) return;
    held.push(bytes.subarray(0, room));
    heldBytes += Math.min(bytes.length, room);
  };

  const finish = (): Line => {
    const bytes = Buffer.concat(held);
    const text = bytes.toString('utf8');
    const line = { number, text: number === 1 ? text.replace(/^\uFEFF/, '') : text, isCut };
    held = [];
    heldBytes = 0;
    isCut = false;
    number += 1;
    return line;
  };

  return {
    push: (bytes) => {
      const lines: Line[] = [];
      let start = 0;
      for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, start)) {
        hold(bytes.subarray(start, at));
        lines.push(finish());
        start = at + 1;
      }
      // Copied: the caller may use its buffer again.
      if (start < bytes.length) hold(Uint8Array.from(bytes.subarray(start)));
      return lines;
    },
    end: () => (heldBytes === 0 && !isCut ? [] : [finish()]),
  };
}

/** Drops the carriage return of a line that ended in CR LF. */
export function withoutCarriageReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
