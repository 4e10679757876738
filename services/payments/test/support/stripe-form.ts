/** A form field's value: text, or fields by name. */
export type Form = { readonly [name: string]: Form | string };

/** Reads `metadata[order_id]=…&expand[0]=…` as Stripe does. Source: https://docs.stripe.com/api (request bodies) */
export function parseForm(text: string): Form {
  const form: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    const last = path.pop() ?? '';
    let place = form;
    for (const part of path) place = (place[part] ??= {}) as Record<string, unknown>;
    place[last] = value;
  }
  return form as Form;
}

export const text = (form: Form, name: string): string | undefined => {
  const value = form[name];
  return typeof value === 'string' ? value : undefined;
};

export const fields = (form: Form, name: string): Record<string, string> => {
  const value = form[name];
  return typeof value === 'object' ? (value as Record<string, string>) : {};
};
