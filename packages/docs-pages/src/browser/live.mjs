// Fills the parts of a page that the registry knows. Where it knows nothing or does not answer, a sentence says so.
import { el } from './dom.mjs';
import { views } from './live-views.mjs';
import { ask, Refusal, useApiKey } from './registry.mjs';

const parts = [...document.querySelectorAll('[data-live]')];

async function fillAll() {
  const stage = await stageOf(parts[0]?.dataset.api);
  await Promise.all(parts.map((part) => fill(part, stage)));
}

/** Of the registry that serves this page. Its version needs no key. */
async function stageOf(api) {
  try {
    return (await ask(`${api}/version`)).stage;
  } catch {
    return undefined;
  }
}

async function fill(part, stage) {
  const { texts: json, live, ...rest } = part.dataset;
  const texts = JSON.parse(json);
  try {
    if (stage === undefined) throw new Refusal('unreachable');
    part.replaceChildren((await views[live]({ ...rest, texts, stage })) ?? el('p', {}, texts.noData));
  } catch (error) {
    const problem = error instanceof Refusal ? error.problem : 'unreachable';
    part.replaceChildren(el('p', {}, texts[problem]), ...(problem === 'needsKey' ? [keyForm(texts)] : []));
  }
  part.removeAttribute('aria-busy');
}

function keyForm(texts) {
  const input = el('input', { name: 'key', required: '', autocomplete: 'off' });
  const use = (event) => {
    event.preventDefault();
    useApiKey(input.value);
    // The answer replaces every form: what somebody types meanwhile would be lost.
    for (const field of document.querySelectorAll('[data-live] :is(input, button)')) field.disabled = true;
    void fillAll();
  };
  return el('form', { onsubmit: use }, el('label', {}, `${texts.apiKey} `, input), el('button', {}, texts.useKey));
}

await fillAll();
