import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Feature, FeatureChanges } from '../../../src/core/feature.ts';
import { splice } from '../../../src/core/finding.ts';
import type { OperationName } from '../../../src/core/operation.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { openai } from '../../../src/dialects/openai/dialect.ts';
import { parse } from '../../../src/json/document.ts';
import { BOUNDS, operation, request, tryRequest } from './reading.ts';

const chat = (more: object) => ({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more });
const ask = (more: object) => ({ model: 'm', input: 'hi', store: false, ...more });

/** Features of a body, each once, without the bound that every request has. */
const of = (body: object, name: OperationName = 'chat'): Feature[] => {
  const all = request(name, body).features.map(({ feature }) => feature);
  return [...new Set(all)].filter((feature) => feature !== 'max_output_tokens');
};
const tools = (...types: string[]) => chat({ tools: types.map((type) => ({ type })) });

describe('the features that a request asks for', () => {
  it('H12: are found in the kinds of its tools, dated ones too; an unknown kind is a tool all the same', () => {
    assert.deepEqual(of(chat({})), []);
    assert.deepEqual(of(tools('function', 'custom')), ['functions']);
    assert.deepEqual(of(tools('code_interpreter')), ['code_execution']);
    assert.deepEqual(of(tools('local_shell', 'shell')), ['code_execution']);
    assert.deepEqual(of(tools('web_search', 'web_search_preview_2025_03_11', 'web_search_20250305')), [
      'web_access',
    ]);
    assert.deepEqual(of(tools('file_search', 'computer_use_preview', 'image_generation')), [
      'file_search',
      'computer_use',
      'image_output',
    ]);
    assert.deepEqual(of(tools('browse_everything')), ['unknown_tools']);
    assert.deepEqual(of(chat({ tools: [{ function: { name: 'f' } }] })), ['functions']);
  });

  it('H12: are tools in whatever shape they come: no list, no kind, a kind of no text, tools within a tool', () => {
    for (const odd of [
      { type: 'browse_everything' },
      'web_search',
      ['web_search'],
      [{}],
      [{ google_search: {} }],
      [{ server_url: 'https://mcp.example.org' }],
      [{ type: null, name: 'f' }],
      [{ type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }] }],
    ])
      assert.deepEqual(of(chat({ tools: odd })), ['unknown_tools'], JSON.stringify(odd));
    const functions = [{ type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'f' }] }];
    assert.deepEqual(of(chat({ tools: functions })), ['functions']);
    assert.deepEqual(of(chat({ tools: { type: 'web_search' } })), ['web_access']);
    assert.ok(isRefusal(tryRequest('chat', chat({ tools: [{ type: 'function', Type: 'web_search' }] }))));
  });

  it('H13: name no server of MCP where two members do, or the list is none', () => {
    for (const server of [
      { type: 'mcp', server_url: 'https://mcp.example.org', connector_id: 'c' },
      { type: 'mcp', url: 'https://other.example.org', server_url: 'https://mcp.example.org' },
      { type: 'mcp' },
    ])
      assert.equal(request('chat', chat({ tools: [server] })).features[0]?.server, undefined);
    assert.equal(of(chat({ mcp_servers: { url: 'https://mcp.example.org' } }))[0], 'mcp');
  });

  it('H13: name the servers and tools of MCP, and whether somebody is asked first', () => {
    const tool = {
      type: 'mcp',
      server_url: 'https://mcp.example.org/a',
      allowed_tools: ['x'],
      require_approval: 'never',
    };
    const [use] = request('chat', chat({ tools: [tool] })).features;
    assert.deepEqual(use, {
      feature: 'mcp',
      server: 'https://mcp.example.org/a',
      tools: ['x'],
      approval: false,
    });
    const [other] = request(
      'responses',
      ask({ tools: [{ type: 'mcp', connector_id: 'c', allowed_tools: { tool_names: ['y'] } }] }),
    ).features;
    assert.deepEqual(other, { feature: 'mcp', server: 'c', tools: ['y'], approval: true });
    assert.deepEqual(of(chat({ mcp_servers: [{ url: 'https://mcp.example.org' }] })), ['mcp']);
  });

  it('H15: are found in other members', () => {
    assert.deepEqual(of(chat({ web_search_options: {} })), ['web_access']);
    assert.deepEqual(of(chat({ search_parameters: { mode: 'on' } })), ['web_access']);
    assert.deepEqual(of(chat({ response_format: { type: 'json_object' } })), ['structured_output']);
    assert.deepEqual(of(chat({ response_format: { type: 'text' } })), []);
    assert.deepEqual(of(chat({ reasoning_effort: 'high' })), ['reasoning']);
    assert.deepEqual(of(chat({ logprobs: true, top_logprobs: 5 })), ['logprobs']);
    assert.deepEqual(of(chat({ modalities: ['text', 'audio'], audio: {} })), ['audio_output']);
    assert.deepEqual(of(chat({ n: 3 })), ['n']);
    assert.deepEqual(of(chat({ n: 1, logprobs: false, store: null, functions: null })), []);
    assert.deepEqual(of(ask({ text: { format: { type: 'json_schema' } } }), 'responses'), [
      'structured_output',
    ]);
    assert.deepEqual(of(chat({ modalities: 'audio' })), ['audio_output']);
    assert.deepEqual(of(ask({ include: 'message.output_text.logprobs' }), 'responses'), ['logprobs']);
    assert.deepEqual(of(ask({ include: ['message.output_text.logprobs'] }), 'responses'), ['logprobs']);
    assert.deepEqual(of(ask({ background: true }), 'responses'), ['background']);
  });

  it('H16: come with a stored prompt, whose text and tools nobody sees: a feature of its own', () => {
    assert.deepEqual(of(ask({ prompt: { id: 'pmpt_a' } }), 'responses'), ['stored_prompt']);
  });

  it('H24: are kept at the provider where the request says so, or does not say otherwise where that is the rule', () => {
    assert.deepEqual(of(chat({ store: true })), ['stored']);
    assert.deepEqual(of(chat({ store: false })), []);
    assert.deepEqual(of({ model: 'm', input: 'hi' }, 'responses'), ['stored']);
    assert.deepEqual(of({ model: 'm', input: 'hi', store: null }, 'responses'), ['stored']);
    assert.deepEqual(of(ask({}), 'responses'), []);
    assert.deepEqual(of(ask({ previous_response_id: 'resp_a' }), 'responses'), ['stored']);
  });

  it('H26: cost more by tier and effort', () => {
    assert.deepEqual(of(chat({ service_tier: 'priority' })), ['service_tier']);
    assert.deepEqual(of(chat({ service_tier: 'auto' })), []);
    const amountOf = (more: object) =>
      request('chat', chat(more)).features.find(({ feature }) => feature === 'reasoning')?.amount;
    assert.ok((amountOf({ reasoning_effort: 'low' }) ?? 99) < (amountOf({ reasoning_effort: 'high' }) ?? 0));
    assert.equal(amountOf({ reasoning_effort: 'extreme' }), Number.POSITIVE_INFINITY);
  });

  it('are in the name of a model that searches by itself', () => {
    for (const model of [
      'gpt-4o-search-preview',
      'gpt-4o-mini-search-preview-2025-03-11',
      'x/y:online',
      'a-search',
    ])
      assert.deepEqual(of({ ...chat({}), model }), ['web_access'], model);
    for (const model of ['research', 'gpt-4o', 'search-gpt'])
      assert.deepEqual(of({ ...chat({}), model }), [], model);
  });

  it('are found in parts that say what they are by what they hold, and in kinds that only some backends know', () => {
    const said = (part: object) => of(chat({ messages: [{ role: 'user', content: [part] }] }));
    for (const part of [
      { image_url: 'https://example.org/a.png' },
      { Image_Url: 'https://example.org/a.png' },
      { type: 'text', text: 'x', image_url: {} },
      { type: 'image', image: 'x' },
      { type: 'video_url', video_url: {} },
    ])
      assert.deepEqual(said(part), ['image_input'], JSON.stringify(part));
    assert.deepEqual(said({ type: 'audio_url', audio_url: {} }), ['audio_input']);
    assert.deepEqual(said({ file_data: 'x' }), ['file_input']);
    assert.deepEqual(said({ type: 'text', text: 'x', image_url: null }), []);
    assert.deepEqual(of(chat({ messages: [{ role: 'user', content: 'x', images: ['x'] }] })), [
      'image_input',
    ]);
    const output = { type: 'computer_screenshot', image_url: 'data:image/png;base64,' };
    assert.deepEqual(
      of(ask({ input: [{ type: 'computer_call_output', call_id: 'c', output }] }), 'responses'),
      ['image_input'],
    );
  });

  it('are found in the parts of messages, of items, and of what tools gave back', () => {
    const content = [
      { type: 'image_url', image_url: {} },
      { type: 'input_audio' },
      { type: 'file' },
      { type: 'text', text: 'x' },
    ];
    assert.deepEqual(of(chat({ messages: [{ role: 'user', content }] })), [
      'image_input',
      'audio_input',
      'file_input',
    ]);
    const items = [
      { role: 'user', content: [{ type: 'input_image' }] },
      { type: 'function_call_output', output: [{ type: 'input_file' }] },
    ];
    assert.deepEqual(of(ask({ input: items }), 'responses'), ['image_input', 'file_input']);
  });

  it('H8: are other models, each named; H9: other places and credentials are refused outright', () => {
    const [use] = request('chat', chat({ models: ['a', { model: 'b' }] })).features;
    assert.deepEqual(use, { feature: 'routing', models: ['a', 'b'] });
    assert.deepEqual(of(chat({ provider: { order: ['x'] } })), ['routing']);
    assert.deepEqual(request('chat', chat({ route: 'fallback' })).features[0], {
      feature: 'routing',
      models: [],
    });
    assert.deepEqual(request('chat', chat({ fallbacks: [{ a: ['b'] }] })).features[0]?.models, ['']);
    for (const member of ['api_base', 'base_url', 'api_key', 'extra_headers', 'custom_host', 'API_BASE']) {
      const refusal = tryRequest('chat', chat({ [member]: 'x' }));
      assert.ok(isRefusal(refusal) && refusal.refused === 'body_invalid', member);
    }
  });

  it('are unknown where nobody knows the member: a tool where its name says so', () => {
    assert.deepEqual(of(chat({ browser_agent: {} })), ['unknown_tools']);
    assert.deepEqual(of(chat({ web_plugin: true })), ['unknown_tools']);
    assert.deepEqual(of(chat({ sparkle: 1 })), ['unknown_fields']);
  });
});

/** Adapts a body as the second door does, and reads it again. */
function adapted(
  name: OperationName,
  body: object,
  strip: Feature[],
  clamp: [string, number][] = [],
  space = 0,
) {
  const text = JSON.stringify(body, null, space);
  const root = parse(text, BOUNDS);
  assert.ok(!isRefusal(root));
  const changes = { strip: new Set(strip), clamp: new Map(clamp) } as FeatureChanges;
  const made = openai.adapt(operation(name), text, root, changes, new Map());
  return isRefusal(made) ? made : JSON.parse(splice(text, made.edits));
}

describe('a request without some of its features', () => {
  it('has lost tools and members with their commas, and what spoke of them', () => {
    const functions = { type: 'function', function: { name: 'f' } };
    const search = { type: 'web_search' };
    const body = chat({
      tools: [search, functions, search],
      tool_choice: { type: 'web_search' },
      web_search_options: {},
    });
    assert.deepEqual(adapted('chat', body, ['web_access']), chat({ tools: [functions] }));
    const all = chat({ tools: [search], tool_choice: 'required', parallel_tool_calls: true, n: 2 });
    assert.deepEqual(adapted('chat', all, ['web_access']), chat({ n: 2 }));
    assert.deepEqual(
      adapted('chat', chat({ logprobs: true, top_logprobs: 2, store: true }), ['logprobs', 'stored']),
      chat({}),
    );
    assert.deepEqual(adapted('responses', { model: 'm', input: 'x' }, ['stored']), {
      model: 'm',
      input: 'x',
      store: false,
    });
    assert.deepEqual(adapted('chat', chat({ sparkle: [1, { a: 2 }] }), ['unknown_fields']), chat({}));
  });

  it('I3: is held to a most, said or not', () => {
    assert.deepEqual(
      adapted('chat', chat({ max_tokens: 900 }), [], [['max_output_tokens', 100]]),
      chat({ max_tokens: 100 }),
    );
    assert.deepEqual(
      adapted('chat', chat({}), [], [['max_output_tokens', 100]]),
      chat({ max_completion_tokens: 100 }),
    );
    assert.deepEqual(
      adapted('responses', ask({}), [], [['max_output_tokens', 100]]),
      ask({ max_output_tokens: 100 }),
    );
    assert.deepEqual(adapted('completions', { model: 'm', prompt: 'x' }, [], [['max_output_tokens', 9]]), {
      model: 'm',
      prompt: 'x',
      max_tokens: 9,
    });
    for (const key of ['max_tokens', 'max_completion_tokens'])
      assert.deepEqual(
        adapted('chat', chat({ [key]: null }), [], [['max_output_tokens', 100]]),
        chat({ [key]: 100 }),
      );
    assert.deepEqual(adapted('chat', chat({ n: 9 }), [], [['n', 2]]), chat({ n: 2 }));
    assert.deepEqual(
      adapted('chat', chat({ reasoning_effort: 'high' }), [], [['reasoning', 2]]),
      chat({ reasoning_effort: 'low' }),
    );
    assert.deepEqual(
      adapted('responses', ask({ reasoning: { effort: 'high', summary: 'auto' } }), [], [['reasoning', 3]]),
      ask({ reasoning: { effort: 'medium', summary: 'auto' } }),
    );
  });

  it('is refused where it would mean something else', () => {
    for (const feature of ['image_input', 'file_input', 'stored_prompt'] as const) {
      const refusal = adapted('chat', chat({}), [feature]);
      assert.ok(isRefusal(refusal) && refusal.refused === 'feature_not_allowed');
    }
  });

  const STRIPPABLE = [
    'functions',
    'code_execution',
    'web_access',
    'file_search',
    'mcp',
    'computer_use',
    'image_output',
    'audio_output',
    'structured_output',
    'reasoning',
    'logprobs',
    'n',
    'stored',
    'background',
    'service_tier',
    'routing',
    'unknown_tools',
    'unknown_fields',
  ] as const;
  const member = fc.constantFrom<[string, unknown][]>(
    [
      'tools',
      [{ type: 'function' }, { type: 'web_search' }, { type: 'mcp', server_url: 'x' }, { type: 'odd' }],
    ],
    ['tools', [{ type: 'code_interpreter' }]],
    ['tool_choice', { type: 'web_search' }],
    ['functions', [{ name: 'f' }]],
    ['web_search_options', {}],
    ['response_format', { type: 'json_object' }],
    ['reasoning_effort', 'high'],
    ['logprobs', true],
    ['n', 4],
    ['store', true],
    ['background', true],
    ['service_tier', 'flex'],
    ['models', ['a']],
    ['modalities', ['text', 'audio']],
    ['sparkle', { 'a"b': [1, 2] }],
    ['odd_tool', null],
    ['odd_plugin', { x: 1 }],
    ['temperature', 0.5],
    ['user', 'u'],
  );

  it('has none of what was taken out, keeps to its bounds, and is the same otherwise', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(member, { selector: ([key]) => key }),
        fc.subarray([...STRIPPABLE]),
        fc.constantFrom('chat', 'responses'),
        fc.constantFrom(0, 2),
        fc.boolean(),
        (members, strip, name, space, bounded) => {
          const start = name === 'chat' ? chat({}) : { model: 'm', input: 'hi' };
          const body = Object.fromEntries([
            ...members.slice(0, 2),
            ...Object.entries(start),
            ...members.slice(2),
          ]);
          const clamp: [string, number][] = bounded ? [['max_output_tokens', 50]] : [];
          const left = adapted(name as OperationName, body, [...strip], clamp, space);
          const view = request(name as OperationName, left);
          for (const use of view.features) {
            assert.ok(
              !strip.includes(use.feature as never),
              `${use.feature} is left in ${JSON.stringify(left)}`,
            );
            if (bounded && use.feature === 'max_output_tokens') assert.ok((use.amount ?? 99) <= 50);
          }
          for (const [key, value] of Object.entries(left))
            if (key in body && key !== 'tools' && key !== 'store') assert.deepEqual(value, body[key]);
          if (strip.length === 0 && !bounded) assert.deepEqual(left, body);
        },
      ),
      { seed: 31, numRuns: 2000 },
    );
  });
});
