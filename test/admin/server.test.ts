import assert from 'node:assert/strict';
import { type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Readiness } from '../../src/admin/readiness.ts';
import { type Admin, type AdminSources, startAdmin } from '../../src/admin/server.ts';
import { NOTHING_USED, type UsageAnswer, type UsageQuery } from '../../src/core/usage-book.ts';

const READY: Readiness = {
  draining: false,
  policy: { version: '0123456789abcdef', loadedAt: '2026-11-22T10:00:00Z', error: null },
  parts: { state: { ok: true }, audit: { ok: true } },
};

const NO_SOURCES: AdminSources = {
  readiness: () => READY,
  metrics: () => '',
  stages: () => '',
  usage: async () => ({ rows: [] }),
  now: () => 0,
  onFault: () => undefined,
};

let admin: Admin;
let usage: (query: UsageQuery, mostRows: number) => UsageAnswer;
let readiness: Readiness;
let metrics: () => string;
let faults: string[];

before(async () => {
  admin = await startAdmin(
    {
      readiness: () => readiness,
      metrics: () => metrics(),
      stages: () => 'admit\nmatch\n',
      usage: async (query, mostRows) => usage(query, mostRows),
      now: () => Date.UTC(2026, 2, 20),
      onFault: (where) => faults.push(where),
    },
    { port: 0 },
  );
});
after(() => admin.close());
beforeEach(() => {
  readiness = READY;
  metrics = () => 'acme_total 1\n';
  usage = () => ({ rows: [] });
  faults = [];
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

function ask(path: string, more: RequestOptions & { body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body: sent, ...options } = more;
    const asked = request({ host: '127.0.0.1', port: admin.address.port, path, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end(sent);
  });
}

/** Bytes sent as they are; settles with what came back when the connection is closed. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(admin.address.port, '127.0.0.1');
    let got = '';
    socket.on('data', (data) => {
      got += data;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
    socket.write(text);
  });
}

describe('the admin port', () => {
  it('G9: listens on the loopback address if nothing else is said', () => {
    assert.equal(admin.address.address, '127.0.0.1');
  });

  it('is alive', async () => {
    const { status, body } = await ask('/livez');
    assert.deepEqual([status, body], [200, 'ok\n']);
  });

  it('is ready with a valid policy, and says which', async () => {
    const { status, headers, body } = await ask('/readyz');
    assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
    assert.deepEqual(JSON.parse(body), { ready: true, ...READY });
  });

  it('is not ready while it drains, nor without a policy, and is alive all the same', async () => {
    for (const unready of [
      { ...READY, draining: true },
      { ...READY, policy: { version: null, loadedAt: null, error: 'policy.yaml:3:1: unknown key' } },
    ]) {
      readiness = unready;
      const { status, body } = await ask('/readyz');
      assert.equal(status, 503);
      assert.deepEqual(JSON.parse(body), { ready: false, ...unready });
      assert.equal((await ask('/livez')).status, 200);
    }
  });

  it('M11: stays ready with the last good policy, and with a part that is out of order, and says so', async () => {
    readiness = {
      ...READY,
      policy: { ...READY.policy, error: 'policy.yaml:3:1: unknown key "grant"' },
      parts: { audit: { ok: false } },
    };
    const { status, body } = await ask('/readyz');
    assert.equal(status, 200);
    assert.match(body, /unknown key/);
    assert.match(body, /"audit":\{"ok":false\}/);
  });

  it('tells its metrics in the Prometheus text format, and the stages', async () => {
    const { headers, body } = await ask('/metrics?x=1');
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(body, 'acme_total 1\n');
    assert.equal((await ask('/stages')).body, 'admit\nmatch\n');
  });

  it('tells what was used, as JSON or CSV', async () => {
    const asked: UsageQuery[] = [];
    usage = (query) => {
      asked.push(query);
      const counts = { ...NOTHING_USED, requests: 3, cost_nano: 1_500_000_000 };
      return { rows: [{ of: { tenant: '=acme', model: '' }, counts }] };
    };
    const json = await ask(
      '/usage?from=2026-03-01&to=2026-03-31&by=tenant,model&where=team%3Da%3Db&where=key=',
    );
    assert.equal(json.headers['content-type'], 'application/json');
    assert.deepEqual(asked[0], {
      from: '2026-03-01',
      to: '2026-03-31',
      by: ['tenant', 'model'],
      where: { team: 'a=b', key: '' },
    });
    const [row] = JSON.parse(json.body).rows;
    assert.deepEqual([row.tenant, row.model, row.requests, row.cost_nano], ['=acme', null, 3, 1_500_000_000]);
    const csv = await ask('/usage?format=csv');
    assert.match(String(csv.headers['content-type']), /^text\/csv/);
    assert.match(csv.body, /^tenant,model,requests,[^\r]+\r\n'=acme,,3,/);
    assert.deepEqual([asked[1]?.from, asked[1]?.to], ['2026-03-01', '2026-03-20']);
  });

  it('names what is wrong with a question, and repeats nothing of it', async () => {
    for (const [question, named] of [
      ['from=yesterday', /^from: /],
      ['from=2026-02-30', /^from: /],
      ['from=2026-03-02&to=2026-03-01', /^from: 2026-03-02 is after 2026-03-01/],
      ['by=tenant,canary', /^by: columns are day, tenant/],
      ['where=canary', /^where: expected column=value/],
      ['where=tenant=a&where=tenant=b', /^where: tenant is given twice/],
      ['by=day&by=team', /^by: given twice/],
      ['format=canary', /^format: expected json or csv/],
      ['canary=1', /^expected only from, to, by, where, format/],
    ] as const) {
      const { status, body } = await ask(`/usage?${question}`);
      assert.equal(status, 400, question);
      assert.match(body, named);
      assert.ok(!body.includes('canary'));
    }
    usage = (_query, mostRows) => ({ tooMany: mostRows });
    assert.match((await ask('/usage')).body, /^by: more than 10000 rows/);
  });

  it('survives usage that cannot be read', async () => {
    usage = () => {
      throw new Error('canary');
    };
    const { status, body } = await ask('/usage');
    assert.deepEqual([status, body.includes('canary'), faults], [500, false, ['admin']]);
  });

  it('answers HEAD without a body', async () => {
    const { status, headers, body } = await ask('/metrics', { method: 'HEAD' });
    assert.deepEqual([status, headers['content-length'], body], [200, '13', '']);
  });

  it('N10: has no way to change anything', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      for (const path of ['/livez', '/readyz', '/metrics', '/policy', '/']) {
        const { status, headers } = await ask(path, { method });
        assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], `${method} ${path}`);
      }
    }
  });

  it('knows no other page, and repeats nothing that was asked', async () => {
    for (const path of [
      '/',
      '/Livez',
      '/livez/',
      '//livez',
      '/..//livez',
      '/constructor',
      '/__proto__',
      '/<script>',
    ]) {
      const { status, headers, body } = await ask(path);
      assert.deepEqual([status, body], [404, 'There is /livez, /readyz, /metrics, /stages, /usage.\n']);
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
  });

  it('survives a page that cannot be made', async () => {
    metrics = () => {
      throw new Error('canary');
    };
    const { status, body } = await ask('/metrics');
    assert.equal(status, 500);
    assert.ok(!body.includes('canary'));
    assert.deepEqual(faults, ['admin']);
    assert.equal((await ask('/livez')).status, 200);
  });

  it('reads no body: the connection ends with the answer', async () => {
    const { status, headers } = await ask('/livez', {
      method: 'GET',
      body: 'x'.repeat(100_000),
      headers: { 'content-length': 100_000 },
    });
    assert.deepEqual([status, headers.connection], [200, 'close']);
  });

  it('refuses headers that are too large, and bytes that are no HTTP', async () => {
    assert.match(
      await sendRaw(`GET /livez HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(10_000)}\r\n\r\n`),
      /^HTTP\/1.1 431 /,
    );
    assert.match(await sendRaw('\u0016\u0003\u0001 hello\r\n\r\n'), /^HTTP\/1.1 400 /);
    assert.equal((await ask('/livez')).status, 200);
  });

  it('says at once if its address is taken', async () => {
    await assert.rejects(startAdmin(NO_SOURCES, { port: admin.address.port }), /EADDRINUSE/);
  });

  it('closes, also with connections that are idle or half-open', async () => {
    const other = await startAdmin(NO_SOURCES, { port: 0 });
    const idle = connect(other.address.port, '127.0.0.1');
    const ended = new Promise((resolve) => idle.on('close', resolve));
    idle.on('error', () => undefined);
    await new Promise((resolve) => idle.on('connect', resolve));
    idle.write('GET /livez HTTP/1.1\r\nhost: x\r\n');
    await other.close();
    await ended;
  });
});
