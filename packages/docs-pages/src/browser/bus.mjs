// Shows the bus. The document has no references left, so no parser is needed, which would compile code.
import AsyncApi from '@asyncapi/react-component/lib/esm/without-parser.js';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const element = document.getElementById('asyncapi');
const answer = await fetch(element.dataset.document);
const schema = await answer.json();
const config = { show: { sidebar: false, errors: false, messageExamples: true } };
createRoot(element).render(createElement(AsyncApi, { schema, config }));
