/** Finds the end of a JSON document in a body that comes in pieces. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The closing brackets and braces lie two after the opening ones, which differ by this bit from one another. */
const BRACE_BIT = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Fed with the pieces of a body; judges nothing but the nesting. */
export interface DocumentEnd {
  /** @returns the index right after the document's last byte in this piece, or -1 while the document goes on */
  push(bytes: Uint8Array): number;
}

/**
 * Says when the object or array that a body holds is complete, in constant memory: for answers that may end with
 * trailers, which come too late to send a body. Whether the document is well-formed is for `parse` to say; one that
 * is neither object nor array has no end here.
 */
export function documentEnd(): DocumentEnd {
  let depth = 0;
  let inString = false;
  let escaped = false;
  const step = (c: number): boolean => {
    if (inString) {
      if (escaped) escaped = false;
      else if (c === BACKSLASH) escaped = true;
      else if (c === QUOTE) inString = false;
      return false;
    }
    if (c === QUOTE) inString = true;
    else if ((c & ~BRACE_BIT) === OPEN) depth += 1;
    else if ((c & ~BRACE_BIT) === CLOSE) return --depth === 0;
    return false;
  };
  return {
    push(bytes) {
      for (let i = 0; i < bytes.length; i += 1) if (step(bytes[i] ?? 0)) return i + 1;
      return -1;
    },
  };
}
