/** The content of a mail: its title is also the subject. */
export interface Letter {
  readonly subject: string;
  readonly language: string;
  readonly blocks: readonly Block[];
}

/** A paragraph, or a titled list. */
export type Block = string | { readonly title: string; readonly items: readonly string[] };

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const MAX_SUBJECT = 150;

/** Renders a letter as plain text and as HTML without external resources. Foreign text (titles, names) is escaped. */
export function toMail({ subject, language, blocks }: Letter): Mail {
  const line = oneLine(subject).slice(0, MAX_SUBJECT);
  return {
    subject: line,
    text: `${blocks.map(blockText).join('\n\n')}\n`,
    html:
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escape(line)}</title></head>` +
      `<body>${blocks.map(blockHtml).join('')}</body></html>`,
  };
}

const blockText = (block: Block): string =>
  typeof block === 'string' ? block : [block.title, ...block.items.map((item) => `- ${oneLine(item)}`)].join('\n');

const blockHtml = (block: Block): string =>
  typeof block === 'string'
    ? `<p>${escape(block)}</p>`
    : `<p>${escape(block.title)}</p><ul>${block.items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;

/** Removes control characters: a line break would start another header. */
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => oneLine(text).replace(/[&<>"']/g, (it) => ENTITIES[it] ?? it);
