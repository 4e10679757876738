import { fileURLToPath } from 'node:url';
import { proxyEvent } from '@dure/testing/lambda-events';
import { exampleNote, noteId, SaveNote } from '../binding/note.ts';
import type { Entry } from './bundle.ts';

/** The handlers for comparison, and their event. */

const handler = (name: string): Entry => ({
  name,
  source: fileURLToPath(new URL(`handlers/${name}.ts`, import.meta.url)),
});

export const empty = handler('empty');
export const documentClient = handler('document-client');
export const oneItem = handler('one-item');

export function saveNoteEvent() {
  const event = proxyEvent({ method: 'PUT', resource: SaveNote.fullPath, params: { noteId }, body: exampleNote });
  event.requestContext.authorizer = { principalId: 'customer:bench', scope: 'notes:read notes:write' };
  return event;
}
