import { http, reply } from '@dure/contracts/binding/http';
import { GetPreferences } from '@dure/contracts/notifications';
import { preferences } from '../composition.ts';
import { preferencesView } from './preferences-view.ts';

export const getPreferencesHandler = http(GetPreferences, {
  run: ({ params }) => preferences.load(params.customerId),
  answer: (found, { params }) => reply(200, preferencesView(params.customerId, found), { etag: found.version }),
});
