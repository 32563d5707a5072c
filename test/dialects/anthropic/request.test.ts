import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal } from '../../../src/core/refusal.ts';
import { asked, headersOf, readerOf, said } from '../reader.ts';

const messages = readerOf('POST /v1/messages');
const base = (more: object = {}) => ({ model: 'claude-x', max_tokens: 10, messages: [], ...more });
const user = (...content: object[]) => base({ messages: [{ role: 'user', content }] });

describe("Anthropic's paths", () => {
  it('are operations, those that OpenAI has too by the version that its clients send', () => {
    const version = headersOf({ 'anthropic-version': '2023-06-01' });
    const found = (line: string, headers = version) => {
      const operation = asked(line, headers);
      return operation === undefined || isRefusal(operation)
        ? undefined
        : `${operation.dialect} ${operation.name}`;
    };
    assert.equal(found('POST /v1/messages', new Map()), 'anthropic messages');
    assert.equal(found('POST /v1/messages/count_tokens'), 'anthropic tokens.count');
    assert.equal(found('POST /v1/messages/batches'), 'anthropic batches.create');
    assert.equal(found('GET /v1/messages/batches/msgbatch_1/results'), 'anthropic batches.results');
    assert.equal(found('GET /v1/models'), 'anthropic models.list');
    assert.equal(found('GET /v1/models', new Map()), 'openai models.list');
    assert.equal(found('POST /v1/files'), 'anthropic files.create');
    assert.equal(found('GET /v1/files/file_1/content', new Map()), 'openai files.content');
    assert.equal(found('POST /v1/chat/completions'), 'openai chat');
    for (const line of [
      'POST /v1/messages/',
      'POST /v1/Messages',
      'POST /v1/skills',
      'GET /v1/organizations',
    ])
      assert.equal(found(line), undefined, line);
  });
});

describe('the texts of a message', () => {
  it('J3, J4, J5, J6: are those of every role, block, tool and result, each with who says it', () => {
    const body = base({
      system: [{ type: 'text', text: 'be kind', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: 'hello' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hmm', signature: 'EqQBCkgIARABGAIiQL+xyz0123456789==' },
            {
              type: 'text',
              text: 'let me look',
              citations: [{ type: 'char_location', cited_text: 'cited' }],
            },
            { type: 'tool_use', id: 'toolu_1', name: 'search', input: { q: 'weather', deep: { a: ['b'] } } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'rain' }] },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: 'sun' },
            {
              type: 'search_result',
              source: 'https://a',
              title: 'A',
              content: [{ type: 'text', text: 'found' }],
            },
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'a paper' },
              title: 'T',
            },
          ],
        },
      ],
      tools: [
        {
          name: 'search',
          description: 'looks up',
          input_schema: { type: 'object', properties: { q: { type: 'string', description: 'what' } } },
        },
      ],
      stop_sequences: ['END'],
      metadata: { user_id: 'u-1' },
    });
    const view = messages.request(body);
    assert.deepEqual(said(body, view.segments), [
      'user: hello',
      'reasoning: hmm',
      'assistant: let me look',
      'assistant: cited',
      'arguments: search',
      'arguments: weather',
      'arguments: b',
      'tool: rain',
      'tool: sun',
      'tool: https://a',
      'tool: A',
      'tool: found',
      'user: text/plain',
      'user: a paper',
      'user: T',
      'system: be kind',
      'tool: search',
      'tool: looks up',
      'tool: what',
      'user: END',
    ]);
    assert.deepEqual(view.opaque, ['sealed']);
  });

  it('the model, the bound and whether it streams', () => {
    const view = messages.request(base({ stream: true }));
    assert.equal(view.model?.name, 'claude-x');
    assert.equal(view.maxOutputTokens, 10);
    assert.equal(view.stream, true);
    assert.deepEqual(view.usageEdits, []);
  });

  it('E13, E14: names each part that cannot be looked into, once, as what it holds', () => {
    const data = 'iVBOR'.repeat(20);
    const view = messages.request(
      user(
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
        { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } },
        { type: 'redacted_thinking', data },
        { type: 'hologram' },
      ),
    );
    assert.deepEqual(view.opaque, ['image', 'remote', 'stored', 'file', 'sealed', 'unknown']);
    assert.deepEqual(view.objects, [{ kind: 'file', id: 'file_1' }]);
  });

  it('D3, D11, D16, D17, H9, H10: refuses what two readers could take differently', () => {
    for (const [body, why] of [
      [[], 'The body must be an object.'],
      [{ max_tokens: 1, messages: [] }, '"model" is missing.'],
      [{ model: 'm', max_tokens: 1 }, '"messages" is missing.'],
      [base({ Model: 'x' }), 'A key is spelled almost like "model".'],
      [base({ ſtream: true }), 'A key is spelled almost like "stream".'],
      [base({ max_tokens: 1.5 }), '"max_tokens" must be a whole number from 0 to 2147483647.'],
      [base({ max_tokens: '10' }), '"max_tokens" must be a whole number from 0 to 2147483647.'],
      [base({ stream: 1 }), '"stream" must be true or false.'],
      [base({ model: 'clаude' }), '"model" must be a name of 1 to 256 printable ASCII characters.'],
      [base({ max_tokens_to_sample: 11 }), '"max_tokens" and "max_tokens_to_sample" differ.'],
      [base({ base_url: 'http://evil' }), '"base_url" is not for clients to say.'],
      [base({ messages: 'x' }), '"messages" must be a list.'],
      [base({ messages: [{ role: 'user', Content: 'x' }] }), 'A key is spelled almost like "content".'],
      [user({ type: 'text', Text: 'x' }), 'A key is spelled almost like "text".'],
      [base({ messages: [{ role: 'user', content: { a: 1 } }] }), '"content" must be a text or a list.'],
      ['{"model":"a","model":"b","messages":[]}', undefined],
    ] as const) {
      const reason = messages.refused(body);
      if (why !== undefined) assert.equal(reason, why);
    }
  });
});

describe('what a message asks for', () => {
  it('H12, H13: by the kind of each tool, with or without its date', () => {
    const kinds = (tools: object[]) => messages.features(base({ tools }));
    assert.deepEqual(
      kinds([
        { name: 'f', input_schema: {} },
        { type: 'custom', name: 'g' },
        { type: 'bash_20250124', name: 'bash' },
        { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
        { type: 'code_execution_20250825', name: 'code_execution' },
        { type: 'web_search_20250305', name: 'web_search' },
        { type: 'web_fetch_20250910', name: 'web_fetch' },
        { type: 'computer_20250124', name: 'computer' },
        { type: 'something_20991231', name: 'x' },
      ]),
      [
        'functions',
        'functions',
        'code_execution',
        'code_execution',
        'code_execution',
        'web_access',
        'web_access',
        'computer_use',
        'unknown_tools',
      ],
    );
    const server = {
      type: 'url',
      url: 'https://mcp.example.org/',
      name: 'm',
      tool_configuration: { allowed_tools: ['a'] },
    };
    const [use] = messages.request(base({ mcp_servers: [server] })).features;
    assert.deepEqual(use, {
      feature: 'mcp',
      server: 'https://mcp.example.org/',
      tools: ['a'],
      approval: false,
    });
  });

  it('H12, H15: in whatever shape a reader might take, and under no name that is almost one', () => {
    const features = (more: object) => messages.features(base(more));
    assert.ok(features({ tools: { type: 'web_search_20250305', name: 'w' } }).includes('web_access'));
    assert.ok(features({ mcp_servers: { url: 'https://mcp.example.org' } }).includes('mcp'));
    assert.ok(features({ tools: [{ type: 7 }] }).includes('unknown_tools'));
    for (const key of ['Thinking', 'MCP_Servers', 'Service_Tier', 'ſystem', 'Speed'])
      assert.ok(isRefusal(messages.tryRequest(base({ [key]: 'x' }))), key);
  });

  it('E14: is refused where an image would lead the backend into its own network', () => {
    const image = (url: string) => user({ type: 'image', source: { type: 'url', url } });
    assert.ok(isRefusal(messages.tryRequest(image('http://169.254.169.254/'))));
    assert.ok(!isRefusal(messages.tryRequest(image('https://images.example.org/a.png'))));
  });

  it('H14: by each of its betas, in whichever line it stands', () => {
    const of = (...lines: string[]) => messages.features(base(), headersOf({ 'anthropic-beta': lines }));
    assert.deepEqual(of('computer-use-2025-01-24, files-api-2025-04-14'), ['computer_use']);
    assert.deepEqual(of('files-api-2025-04-14', 'code-execution-2025-08-25,skills-2025-10-02'), [
      'code_execution',
      'code_execution',
    ]);
    assert.deepEqual(of('web-fetch-2025-09-10'), ['web_access']);
    assert.deepEqual(of('context-1m-2025-08-07'), ['service_tier']);
    assert.deepEqual(of('mcp-client-2025-04-04,prompt-caching-2024-07-31,output-128k-2025-02-19'), []);
    assert.deepEqual(of('telepathy-2031-01-01', 'agent-mode-2031-01-01'), [
      'unknown_fields',
      'unknown_tools',
    ]);
    assert.deepEqual(messages.features(base({ anthropic_beta: ['computer-use-2025-01-24'] })), [
      'computer_use',
    ]);
  });

  it('H15, H26: thinking by its tokens, efforts, formats, tiers, containers and regions', () => {
    const of = (more: object) => messages.features(base(more));
    assert.deepEqual(of({ thinking: { type: 'enabled', budget_tokens: 1024 } }), ['reasoning 1']);
    assert.deepEqual(of({ thinking: { type: 'enabled', budget_tokens: 20_000 } }), ['reasoning 4']);
    assert.deepEqual(of({ thinking: { type: 'adaptive' } }), ['reasoning Infinity']);
    assert.deepEqual(of({ thinking: { type: 'disabled' } }), []);
    assert.deepEqual(of({ output_config: { effort: 'low', format: { type: 'json_schema' } } }), [
      'reasoning 2',
      'structured_output',
    ]);
    assert.deepEqual(of({ output_format: { type: 'json_schema', schema: {} } }), ['structured_output']);
    assert.deepEqual(of({ service_tier: 'auto' }), []);
    assert.deepEqual(of({ service_tier: 'priority' }), ['service_tier']);
    assert.deepEqual(of({ container: 'container_1' }), ['code_execution']);
    assert.deepEqual(of({ inference_geo: 'us' }), ['routing']);
    assert.deepEqual(of({ novelty: 1, agent_swarm: 1 }), ['unknown_fields', 'unknown_tools']);
    assert.deepEqual(
      messages.features(
        user({ type: 'tool_result', tool_use_id: 't', content: [{ type: 'image' }, { type: 'document' }] }),
      ),
      ['image_input', 'file_input'],
    );
  });

  it('is asked for no more once it was taken out', () => {
    const beta = headersOf({
      'anthropic-beta': ['computer-use-2025-01-24,files-api-2025-04-14', 'skills-2025-10-02'],
    });
    const body = base({
      tools: [
        { type: 'web_search_20250305', name: 'web_search' },
        { name: 'f', input_schema: {} },
      ],
      tool_choice: { type: 'tool', name: 'web_search' },
      mcp_servers: [{ type: 'url', url: 'https://x', name: 'x' }],
      thinking: { type: 'enabled', budget_tokens: 30_000 },
      output_config: { effort: 'high', format: {} },
      anthropic_beta: ['code-execution-2025-08-25', 'files-api-2025-04-14'],
      novelty: true,
    });
    const strip = [
      'web_access',
      'mcp',
      'structured_output',
      'code_execution',
      'computer_use',
      'unknown_fields',
    ] as const;
    const made = messages.adapted(
      body,
      strip,
      [
        ['reasoning', 2],
        ['max_output_tokens', 5],
      ],
      beta,
    );
    assert(typeof made !== 'string');
    assert.deepEqual(made.body, {
      model: 'claude-x',
      max_tokens: 5,
      messages: [],
      tools: [{ name: 'f', input_schema: {} }],
      thinking: { type: 'enabled', budget_tokens: 6400 },
      output_config: { effort: 'low' },
      anthropic_beta: ['files-api-2025-04-14'],
    });
    assert.deepEqual(made.headers.get('anthropic-beta'), ['files-api-2025-04-14']);
    assert.deepEqual(messages.features(made.body, made.headers), ['functions', 'reasoning 2', 'reasoning 2']);
    const none = messages.adapted(
      base({ tools: [{ name: 'f' }], tool_choice: { type: 'any' }, max_tokens: 3 }),
      ['functions'],
      [['max_output_tokens', 5]],
    );
    assert(typeof none !== 'string');
    assert.deepEqual(none.body, base({ max_tokens: 3 }));
    assert.equal(messages.adapted(base(), ['image_input']), 'image_input cannot be taken out.');
    const open = messages.adapted(base({ thinking: { type: 'adaptive' } }), [], [['reasoning', 0]]);
    assert(typeof open !== 'string');
    assert.deepEqual(open.body.thinking, { type: 'disabled' });
  });
});

describe('a batch of messages', () => {
  const batches = readerOf('POST /v1/messages/batches');
  const one = (params: object) => ({ custom_id: 'a', params });

  it('E12, I13: is the requests that it holds, each where it stands', () => {
    const body = { requests: [one(base()), one(base({ model: 'other' }))] };
    const view = batches.request(body);
    assert.equal(view.model, undefined);
    assert.deepEqual(
      view.batch?.map(({ operation, text, place }) => [
        operation.name,
        JSON.parse(text).model,
        JSON.stringify(body).slice(place.start, place.end) === text,
      ]),
      [
        ['messages', 'claude-x', true],
        ['messages', 'other', true],
      ],
    );
  });

  it('E12: is refused with one that is none', () => {
    for (const bad of [
      { requests: [] },
      { requests: [1] },
      { requests: [{ custom_id: 'a' }] },
      { requests: [{ ...one({}), Params: {} }] },
      { requests: [{ ...one({}), more: 1 }] },
      {},
    ])
      batches.refused(bad);
  });
});
