/** What OpenAI's API has besides chats, completions, embeddings and responses. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal, type Refusal } from '../../../src/core/refusal.ts';
import type { FormView } from '../../../src/dialects/dialect.ts';
import { asked, headersOf, operationOf, readerOf, said } from '../reader.ts';

const image = readerOf('POST /v1/images/generations');
const runs = readerOf('POST /v1/threads/thread_1/runs');

function form(
  line: string,
  ...parts: readonly (readonly [name: string, value: string, filename?: string])[]
) {
  const text = parts
    .map(([name, value, filename]) => {
      const file = filename === undefined ? '' : `; filename="${filename}"`;
      return `--abc\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
    })
    .join('');
  const bytes = Buffer.from(`${text}--abc--\r\n`);
  const { operation, dialect } = readerOf(line);
  const view: FormView | Refusal = dialect.readForm(operation, bytes, 'multipart/form-data; boundary=abc');
  const at = ({ start, end }: { start: number; end: number }) => bytes.subarray(start, end).toString();
  return { view, at };
}

function read(...args: Parameters<typeof form>) {
  const { view, at } = form(...args);
  assert(!isRefusal(view), JSON.stringify(view));
  return {
    model: view.model?.name,
    named: view.model?.places[0] && at(view.model.places[0]),
    stream: view.stream,
    features: view.features.map(({ feature, amount }) => `${feature}${amount ?? ''}`),
    texts: view.texts.map(({ place }) => at(place)),
    files: view.files.map(({ place, holds }) => `${holds}: ${at(place)}`),
  };
}

const why = (...args: Parameters<typeof form>): string | undefined => {
  const { view } = form(...args);
  return isRefusal(view) ? view.detail : undefined;
};

describe('images, speech and moderations', () => {
  it('H11: are operations of their own', () => {
    const names = (path: string) => operationOf(`POST /v1/${path}`).name;
    assert.equal(names('images/generations'), 'images');
    assert.equal(names('images/edits'), 'images.edit');
    assert.equal(names('audio/speech'), 'audio.speak');
    assert.equal(names('audio/transcriptions'), 'audio.transcribe');
    assert.equal(names('moderations'), 'moderations');
    assert.equal(operationOf('POST /v1/audio/speech').answer, 'file');
  });

  it('I4, I15: an image is asked for by its prompt, so many times', () => {
    const body = {
      model: 'gpt-image-1',
      prompt: 'a cat',
      n: 2,
      background: 'transparent',
      response_format: 'url',
      size: '1x1',
    };
    const view = image.request(body);
    assert.deepEqual(said(body, view.segments).slice(0, 1), ['user: a cat']);
    assert.deepEqual(image.features(body), ['n 2', 'image_output']);
    assert.match(image.refused({ prompt: 'x' }), /"model"/);
    assert.match(image.refused({ model: 'm' }), /"prompt"/);
  });

  it('speech has a text and instructions, and is made, not streamed as text', () => {
    const speech = readerOf('POST /v1/audio/speech');
    const body = { model: 'tts', input: 'hello', instructions: 'softly', voice: 'a', response_format: 'mp3' };
    assert.deepEqual(said(body, speech.request(body).segments), [
      'user: hello',
      'system: softly',
      'user: a',
      'system: mp3',
    ]);
    assert.deepEqual(speech.features(body), ['audio_output']);
  });

  it('E14: moderations look at texts and images', () => {
    const moderations = readerOf('POST /v1/moderations');
    const body = {
      input: [
        { type: 'text', text: 'bad' },
        { type: 'image_url', image_url: { url: 'https://images.example.org/b.png' } },
      ],
    };
    const view = moderations.request(body);
    assert.equal(said(body, view.segments)[0], 'user: bad');
    assert.deepEqual(view.opaque, ['remote']);
    assert.equal(view.model, undefined);
  });
});

describe('forms of parts', () => {
  it('E10, E11: a transcription has a model, texts and a file', () => {
    const line = 'POST /v1/audio/transcriptions';
    assert.deepEqual(
      read(
        line,
        ['file', 'RIFF', 'a.wav'],
        ['model', 'whisper-1'],
        ['prompt', 'names: Ann'],
        ['stream', 'true'],
        ['language', 'en'],
      ),
      {
        model: 'whisper-1',
        named: 'whisper-1',
        stream: true,
        features: ['audio_input'],
        texts: ['names: Ann'],
        files: ['anything: RIFF'],
      },
    );
    assert.equal(why(line, ['file', 'x', 'a']), '"model" is missing.');
    assert.equal(why(line, ['model', 'm']), 'The form needs a file.');
    assert.equal(why(line, ['file', 'x', 'a'], ['Model', 'm']), 'A field is spelled in capitals.');
    assert.equal(
      why(line, ['file', 'x', 'a'], ['model', 'mо']),
      '"model" must be a name of 1 to 256 printable ASCII characters.',
    );
    assert.equal(
      why(line, ['file', 'x', 'a'], ['model', 'm'], ['stream', '1']),
      '"stream" must be true or false.',
    );
  });

  it('an edit has a prompt, images and a mask, and a field that nobody knows is asked about', () => {
    const { features, texts, files } = read(
      'POST /v1/images/edits',
      ['image[]', 'a', 'a.png'],
      ['mask', 'b', 'b.png'],
      ['model', 'm'],
      ['prompt', 'a hat'],
      ['n', '3'],
      ['agent_mode', 'on'],
    );
    assert.deepEqual(features, ['image_input', 'image_output', 'n3', 'unknown_tools']);
    assert.deepEqual(texts, ['a hat', 'on']);
    assert.deepEqual(files, ['anything: a', 'anything: b']);
  });

  it('E12: a file of requests comes whole, for batches; its pieces are refused before they come', () => {
    assert.deepEqual(read('POST /v1/files', ['purpose', 'batch'], ['file', '{}', 'a.jsonl']).files, [
      'requests: {}',
    ]);
    assert.deepEqual(read('POST /v1/files', ['purpose', 'assistants'], ['file', '{}', 'a.txt']).files, [
      'anything: {}',
    ]);
    assert.deepEqual(read('POST /v1/uploads/upload_1/parts', ['data', 'abc', 'blob']).files, [
      'anything: abc',
    ]);
    const uploads = readerOf('POST /v1/uploads');
    assert.match(
      uploads.refused({ purpose: 'batch', filename: 'a', bytes: 1, mime_type: 'x' }),
      /sent whole/,
    );
    assert.deepEqual(
      uploads.request({ purpose: 'assistants', filename: 'a', bytes: 1, mime_type: 'x' }).objects,
      [],
    );
  });
});

describe('assistants, threads and runs', () => {
  it('have texts wherever they are: instructions, tools, messages, what tools gave back', () => {
    const assistants = readerOf('POST /v1/assistants');
    const assistant = {
      model: 'm',
      instructions: 'be kind',
      tools: [
        { type: 'code_interpreter' },
        { type: 'function', function: { name: 'f', description: 'does' } },
      ],
    };
    assert.deepEqual(said(assistant, assistants.request(assistant).segments), [
      'system: be kind',
      'tool: code_interpreter',
      'tool: f',
      'tool: does',
    ]);
    assert.deepEqual(assistants.features(assistant), ['code_execution', 'functions']);
    const run = {
      assistant_id: 'asst_1',
      additional_instructions: 'now',
      additional_messages: [{ role: 'user', content: 'hi' }],
    };
    assert.deepEqual(said(run, runs.request(run).segments), ['system: now', 'user: hi']);
    const thread = {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_file', image_file: { file_id: 'file-1' } }],
          attachments: [{ file_id: 'file-2' }],
        },
      ],
    };
    const threads = readerOf('POST /v1/threads');
    assert.deepEqual(threads.features(thread), ['image_input', 'file_input']);
    assert.deepEqual(threads.request(thread).opaque, ['stored']);
    const outputs = { tool_outputs: [{ tool_call_id: 'call_1', output: 'rain' }] };
    const submit = readerOf('POST /v1/threads/thread_1/runs/run_1/submit_tool_outputs');
    assert.equal(said(outputs, submit.request(outputs).segments).at(-1), 'tool: rain');
  });

  it("H16, H17, H18: are the caller's own: assistant, thread, files, stores", () => {
    assert.deepEqual(runs.operation.pathObject, { kind: 'thread', id: 'thread_1' });
    assert.deepEqual(runs.request({ assistant_id: 'asst_1' }).objects, [{ kind: 'assistant', id: 'asst_1' }]);
    const both = readerOf('POST /v1/threads/runs');
    const body = {
      assistant_id: 'asst_1',
      thread: {
        messages: [{ role: 'user', content: 'hi' }],
        tool_resources: { file_search: { vector_store_ids: ['vs_1'] } },
      },
    };
    assert.deepEqual(both.request(body).objects, [
      { kind: 'assistant', id: 'asst_1' },
      { kind: 'vector_store', id: 'vs_1' },
    ]);
    assert.equal(said(body, both.request(body).segments)[0], 'user: hi');
    assert.deepEqual(both.response({ id: 'run_1', thread_id: 'thread_9' }).made, [
      { kind: 'thread', id: 'thread_9' },
    ]);
  });

  it('stream: what is added to a message or a step goes on from event to event, until it is said whole', () => {
    const delta = {
      id: 'msg_1',
      object: 'thread.message.delta',
      delta: { content: [{ index: 0, type: 'text', text: { value: 'Hel' } }] },
    };
    const view = runs.event(delta, 'thread.message.delta');
    assert.deepEqual(
      view.deltas.map(({ channel, text }) => [channel, text]),
      [['object.msg_1.content.0.text.value', 'Hel']],
    );
    assert.deepEqual(view.closes, []);
    const whole = runs.event({
      id: 'msg_1',
      object: 'thread.message',
      status: 'completed',
      content: [{ type: 'text', text: { value: 'Hello' } }],
    });
    assert(whole.closes.includes('object.msg_1.'));
    const run = runs.event({
      id: 'run_1',
      object: 'thread.run',
      status: 'completed',
      thread_id: 'thread_1',
      usage: { prompt_tokens: 5, completion_tokens: 2 },
    });
    assert.deepEqual(run.usage, { input: 5, output: 2, source: 'reported' });
    assert.equal(runs.event('[DONE]', 'done').end, true);
  });
});

describe('stores, fine-tuning and conversations', () => {
  it("H19: are made, and listed, as the caller's", () => {
    for (const [line, id, kind] of [
      ['POST /v1/vector_stores', 'vs_1', 'vector_store'],
      ['POST /v1/assistants', 'asst_1', 'assistant'],
      ['POST /v1/threads', 'thread_1', 'thread'],
      ['POST /v1/conversations', 'conv_1', 'conversation'],
      ['POST /v1/fine_tuning/jobs', 'ftjob-1', 'fine_tune'],
      ['POST /v1/uploads', 'upload_1', 'upload'],
    ] as const)
      assert.deepEqual(readerOf(line).response({ id }).made, [{ kind, id }]);
    for (const path of ['vector_stores', 'assistants', 'fine_tuning/jobs'])
      assert.equal(readerOf(`GET /v1/${path}`).response({ data: [{ id: 'x' }] }).listed?.length, 1);
    const complete = readerOf('POST /v1/uploads/upload_1/complete');
    assert.deepEqual(complete.response({ id: 'upload_1', file: { id: 'file-1' } }).made, [
      { kind: 'file', id: 'file-1' },
    ]);
  });

  it("H18: a fine-tune learns from the caller's own files", () => {
    const jobs = readerOf('POST /v1/fine_tuning/jobs');
    assert.deepEqual(
      jobs
        .request({ model: 'm', training_file: 'file-1', validation_file: 'file-2' })
        .objects.map(({ id }) => id),
      ['file-1', 'file-2'],
    );
  });
});

describe('Azure OpenAI', () => {
  const azure = readerOf('POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-02-01');

  it('H5: the deployment of the path is the model, and a body that names another is told apart', () => {
    const body = (more: object = {}) => ({ messages: [{ role: 'user', content: 'hi' }], ...more });
    assert.equal(azure.request(body()).model?.name, 'gpt-4o');
    assert.equal(azure.request(body({ model: 'gpt-4o' })).model?.name, 'gpt-4o');
    assert.equal(azure.request(body({ model: 'gpt-5' })).model?.disputed, true);
  });

  it('its paths are those of a deployment, of the resource, and the newer ones', () => {
    const key = headersOf({ 'api-key': 'x' });
    const found = (line: string, headers?: typeof key) => {
      const operation = asked(line, headers);
      return operation === undefined || isRefusal(operation)
        ? undefined
        : `${operation.dialect} ${operation.name} ${operation.pathModel ?? ''}`.trim();
    };
    assert.equal(found('POST /openai/deployments/d/embeddings?api-version=1'), 'azure embeddings d');
    assert.equal(found('POST /openai/deployments/d/images/generations?api-version=1'), 'azure images d');
    assert.equal(found('GET /openai/files?api-version=1'), 'azure files.list');
    assert.equal(found('POST /openai/v1/chat/completions', key), 'azure chat');
    assert.equal(found('POST /openai/v1/chat/completions'), 'openai chat');
    assert.equal(found('GET /openai/files'), undefined);
    assert.equal(found('POST /openai/deployments/d/x/chat/completions?api-version=1'), undefined);
    assert.equal(found('POST /openai/deployments/../chat/completions?api-version=1'), undefined);
  });

  it('E12: requests of its batches are its own', () => {
    const line = JSON.stringify({
      custom_id: 'a',
      method: 'POST',
      url: '/chat/completions',
      body: { model: 'd', messages: [] },
    });
    const lines = azure.dialect.readBatch(line, { depth: 64, values: 1000 });
    assert(!isRefusal(lines));
    assert.deepEqual(
      lines.map(({ operation }) => [operation.dialect, operation.name]),
      [['azure', 'chat']],
    );
  });
});
