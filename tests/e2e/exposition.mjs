// Reads the Prometheus text exposition format, version 0.0.4, and takes nothing that a Prometheus server would refuse.

import assert from "node:assert/strict";

const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const labelText = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/gy;

const number = (text) => {
  const value = { "+Inf": Infinity, "-Inf": -Infinity, NaN }[text] ?? Number(text);
  assert.ok(text === "NaN" || !Number.isNaN(value), `'${text}' is no number`);
  return value;
};

function labels(text) {
  const found = {};
  labelText.lastIndex = 0;
  while (labelText.lastIndex < text.length) {
    const match = labelText.exec(text);
    assert.ok(match, `labels are malformed: ${text}`);
    assert.ok(!(match[1] in found), `label ${match[1]} is there twice: ${text}`);
    found[match[1]] = match[2].replaceAll(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
  }
  return found;
}

function checkHistogram(family) {
  const series = new Map();
  for (const { name: sample, labels, value } of family.samples) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    const one = series.get(key) ?? { buckets: [] };
    series.set(key, one);
    if (sample.endsWith("_bucket")) one.buckets.push([number(le), value]);
    if (sample.endsWith("_count")) one.count = value;
    if (sample.endsWith("_sum")) one.sum = value;
  }
  for (const [key, { buckets, count, sum }] of series) {
    assert.ok(count !== undefined && sum !== undefined, `${family.name}${key} lacks _count or _sum`);
    for (let i = 1; i < buckets.length; ++i)
      assert.ok(buckets[i][0] > buckets[i - 1][0] && buckets[i][1] >= buckets[i - 1][1], `${family.name}${key} is not cumulative`);
    assert.deepEqual(buckets.at(-1), [Infinity, count], `${family.name}${key}: the last bucket is not all`);
  }
}

/** The families of a page by name: { name, type, help, samples: [{ name, labels, value }] }. */
export function parseExposition(text) {
  assert.ok(text.endsWith("\n"), "the last line has no end");
  const families = new Map();
  const seen = new Set();
  let current;
  for (const line of text.slice(0, -1).split("\n")) {
    const head = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (head) {
      const [, what, family, rest] = head;
      assert.match(family, name);
      if (what === "HELP") {
        assert.ok(!families.has(family), `${family} is there twice`);
        families.set(family, (current = { name: family, help: rest, samples: [] }));
      } else {
        assert.equal(family, current?.name, `TYPE of ${family} does not follow its HELP`);
        assert.ok(["counter", "gauge", "histogram"].includes(rest), `${family} is of type ${rest}`);
        current.type = rest;
      }
      continue;
    }
    const match = sampleLine.exec(line);
    assert.ok(match, `no sample: ${line}`);
    const [, sample, labelsOf = "", value] = match;
    const belongs = current?.type === "histogram" ? [`${current.name}_bucket`, `${current.name}_sum`, `${current.name}_count`] : [current?.name];
    assert.ok(belongs.includes(sample), `${sample} stands among the samples of ${current?.name}`);
    const key = `${sample}{${labelsOf}}`;
    assert.ok(!seen.has(key), `${key} is there twice`);
    seen.add(key);
    current.samples.push({ name: sample, labels: labels(labelsOf), value: number(value) });
  }
  for (const family of families.values()) {
    assert.ok(family.type, `${family.name} has no type`);
    if (family.type === "counter") for (const { value } of family.samples) assert.ok(value >= 0, `${family.name} is negative`);
    if (family.type === "histogram") checkHistogram(family);
  }
  return families;
}

/** The sum of a family's samples that have all these labels. */
export const total = (families, family, wanted = {}) =>
  (families.get(family)?.samples ?? [])
    .filter(({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
