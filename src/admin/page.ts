/** What the admin port answers with. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export const TEXT = 'text/plain; charset=utf-8';
export const JSON_TYPE = 'application/json';

export const plain = (status: number, text: string): Page => ({ status, type: TEXT, body: `${text}\n` });
