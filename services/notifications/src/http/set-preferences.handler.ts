import { http, reply } from '@dure/contracts/binding/http';
import { SetPreferences } from '@dure/contracts/notifications';
import { problem } from '@dure/contracts/problem';
import { setPreferences } from '../application/set-preferences.ts';
import { preferences } from '../composition.ts';
import { preferencesView } from './preferences-view.ts';

export const setPreferencesHandler = http(SetPreferences, {
  run: ({ params, body, ifMatch }, call) => setPreferences(preferences, call, { ...params, chosen: body, ifMatch }),
  answer: (result, { params }) =>
    result === 'changed'
      ? problem('precondition-failed')
      : reply(200, preferencesView(params.customerId, result), { etag: result.version }),
});
