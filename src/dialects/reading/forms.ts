/** Forms of parts: files, and fields beside them. */
import type { Span } from '../../core/finding.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { decodeUtf8 } from '../../json/utf8.ts';
import type { FormView } from '../dialect.ts';
import { type Part, readMultipart } from '../multipart.ts';

/** The parts of a form, by what they are. */
export class Form {
  readonly files: readonly Part[];
  readonly fields: readonly Part[];
  readonly #bytes: Uint8Array;

  constructor(parts: readonly Part[], bytes: Uint8Array) {
    this.files = parts.filter(({ filename }) => filename !== undefined);
    this.fields = parts.filter(({ filename }) => filename === undefined);
    this.#bytes = bytes;
  }

  placeOf(name: string): Span | undefined {
    return this.fields.find((field) => field.name === name)?.content;
  }

  /** The text of a field; undefined where there is none, or one that is no text. */
  textOf(name: string): string | undefined {
    const place = this.placeOf(name);
    if (place === undefined) return undefined;
    const text = decodeUtf8(this.#bytes.subarray(place.start, place.end));
    return typeof text === 'string' ? text : undefined;
  }
}

export function readParts(bytes: Uint8Array, contentType: string): Form | Refusal {
  const parts = readMultipart(bytes, contentType);
  return isRefusal(parts) ? parts : new Form(parts, bytes);
}

const FILE_INPUT = [{ feature: 'file_input' }] as const;

/** A form that brings a file to be kept. */
export function fileForm(place: Span, holds: 'requests' | 'anything', texts: FormView['texts']): FormView {
  return {
    model: undefined,
    stream: false,
    features: FILE_INPUT,
    objects: [],
    texts,
    files: [{ holds, place }],
  };
}

/** A form with a file, and nothing that says what for. */
export function readFile(bytes: Uint8Array, contentType: string): FormView | Refusal {
  const form = readParts(bytes, contentType);
  if (isRefusal(form)) return form;
  const [file, ...more] = form.files;
  if (file?.name !== 'file' || more.length > 0 || form.fields.length > 0)
    return refuse('body_invalid', { detail: 'The form must be one file.' });
  return fileForm(file.content, 'anything', []);
}
