export const find = async ({ name }) => ({ text: `hello ${name}` });

export const shout = async ({ text }) => ({ text: text.toUpperCase() });
