/** Bounded requests to identity providers. What they send is believed only as far as its form and size go. */

/** Bytes; key sets and metadata are a few thousand. */
const LARGEST = 256 * 1024;

export type Fetched = { readonly json: unknown } | { readonly problem: string };

export interface Asking {
  readonly timeoutMs: number;
  readonly form?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Gets JSON, or posts a form and gets JSON. Redirects are not followed: they would move trust elsewhere.
 * Never rejects; the problem names no secret and nothing that was sent.
 */
export async function fetchJson(url: string, { timeoutMs, form, headers = {} }: Asking): Promise<Fetched> {
  const abort = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', ...headers },
      ...(form && { body: form }),
      redirect: 'error',
      signal: abort,
    });
    return await read(response);
  } catch (error) {
    return { problem: abort.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error) };
  }
}

async function read(response: Response): Promise<Fetched> {
  if (response.status !== 200) {
    await response.body?.cancel();
    return { problem: `status ${response.status}` };
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LARGEST) return { problem: `more than ${LARGEST} bytes` };
    chunks.push(chunk);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return { json: JSON.parse(text) };
  } catch {
    return { problem: 'not JSON' };
  }
}

/** `fetch` wraps what went wrong. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code ?? (cause instanceof Error ? cause.message : error instanceof Error ? error.message : 'failed');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
