import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { Counter, type Family, Histogram, reading } from '../../src/telemetry/family.ts';
import { exposition } from '../../src/telemetry/prometheus.ts';

/** The same metrics, in OpenTelemetry's data model. */
function metricDataOf(family: Family): MetricData {
  const times = { startTime: [0, 0], endTime: [0, 0] } as {
    startTime: [number, number];
    endTime: [number, number];
  };
  const attributesOf = (labels: readonly string[]) =>
    Object.fromEntries(family.labelNames.map((name, i) => [name, labels[i] ?? '']));
  const descriptor = { name: family.name, description: family.help, unit: '', valueType: 1, advice: {} };
  if (family.type !== 'histogram') {
    const dataPoints = [...family.samples()].map(({ labels, value }) => ({
      ...times,
      attributes: attributesOf(labels),
      value,
    }));
    const common = { descriptor, aggregationTemporality: 1, dataPoints };
    if (family.type === 'gauge') return { ...common, dataPointType: DataPointType.GAUGE };
    return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true };
  }
  const dataPoints = [...family.distributions()].map(({ labels, counts, sum }) => ({
    ...times,
    attributes: attributesOf(labels),
    value: {
      buckets: { boundaries: [...family.bounds], counts },
      sum,
      count: counts.reduce((a, b) => a + b, 0),
    },
  }));
  return { descriptor, aggregationTemporality: 1, dataPoints, dataPointType: DataPointType.HISTOGRAM };
}

function byOpenTelemetry(families: Family[]): string {
  const metrics = {
    resource: { attributes: {} },
    scopeMetrics: [{ scope: { name: '' }, metrics: families.map(metricDataOf) }],
  } as unknown as ResourceMetrics;
  return new PrometheusSerializer(undefined, false, undefined, true, true).serialize(metrics);
}

describe('the Prometheus text format', () => {
  it('is what OpenTelemetry writes for the same metrics', () => {
    const counter = new Counter('acme_things_total', 'Things, with a \\ and a\nline break.', ['kind', 'who']);
    counter.add(['plain', 'a'], 3);
    counter.add(['with "quotes"', 'back\\slash']);
    const histogram = new Histogram('acme_seconds', 'Durations.', ['operation'], [0.1, 1, 10]);
    for (const value of [0.05, 0.1, 0.5, 1, 9, 11, 1000]) histogram.observe(['chat'], value);
    const bare = new Histogram('acme_bare', 'Without labels.', [], [1]);
    bare.observe([], 0.25);
    const families = [counter, histogram, bare, reading('gauge', 'acme_now', 'Now.', () => -1.5)];
    assert.equal(exposition(families), byOpenTelemetry(families));
  });

  it('leaves out what was never counted', () => {
    assert.equal(
      exposition([new Counter('acme_total', 'None.', ['a']), new Histogram('acme', 'None.', [], [1])]),
      '',
    );
  });

  it('can write numbers that have no end', () => {
    const families = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map((value, i) =>
      reading('gauge', `acme_${i}`, '.', () => value),
    );
    assert.deepEqual(exposition(families).match(/^acme.*$/gm), ['acme_0 +Inf', 'acme_1 -Inf', 'acme_2 NaN']);
  });
});

describe('a family of series', () => {
  it('N7: holds a thousand series, and counts all further ones as other', () => {
    const counter = new Counter('acme_total', 'Things.', ['model', 'operation']);
    for (let i = 0; i < 5000; i++) counter.add([`model ${i}`, 'chat']);
    const samples = [...counter.samples()];
    assert.equal(samples.length, 1001);
    assert.deepEqual(samples.at(-1), { labels: ['other', 'other'], value: 4000 });
    counter.add(['model 5', 'chat']);
    assert.equal(samples[5]?.value, 2, 'series that were there go on');
  });

  it('N7 N1: holds label values of 128 characters, all of them printable', () => {
    const counter = new Counter('acme_total', 'Things.', ['model']);
    counter.add(['x'.repeat(100_000)]);
    counter.add(['a\nb\u0000\u202e']);
    const [long, odd] = [...counter.samples()];
    assert.equal(long?.labels[0]?.length, 128);
    assert.equal(odd?.labels[0], 'a\\u000ab\\u0000\\u202e');
  });

  it('keeps label values of several labels apart', () => {
    const counter = new Counter('acme_total', 'Things.', ['a', 'b']);
    counter.add(['x', 'yz']);
    counter.add(['xy', 'z']);
    counter.add(['', 'xyz']);
    assert.equal([...counter.samples()].length, 3);
  });

  it('puts a value into the first bucket whose bound it does not exceed', () => {
    const histogram = new Histogram('acme', '.', [], [1, 2, 4]);
    for (const value of [-1, 0, 1, 1.5, 2, 3, 4, 5, Number.POSITIVE_INFINITY]) histogram.observe([], value);
    assert.deepEqual([...histogram.distributions()][0]?.counts, [3, 2, 2, 2]);
  });
});
