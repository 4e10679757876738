import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { SendAccountMail } from '@dure/contracts/identity';
import { commit, type Write } from '@dure/contracts/binding/commit';
import type { Call } from '@dure/contracts/binding/call';
import { type OutgoingCommand, send } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import type { MailRequest, MailRequests } from '../application/mail-requests.ts';
import { expiry, requestKey } from './keys.ts';

/** The address is kept no longer than this, whether or not the mail could be sent. */
const KEPT_SECONDS = 86_400;

/** What keeps a request and asks for its mail, to be committed with what caused it. */
export const mailRequest = (
  call: Call,
  request: MailRequest,
): { readonly write: Write; readonly command: OutgoingCommand } => ({
  write: { Put: { Item: { ...requestKey(request.id), state: request, expiresAt: expiry(call.time, KEPT_SECONDS) } } },
  command: send(SendAccountMail, request.id, { requestId: request.id }),
});

export function createMailRequests(table: Table): MailRequests {
  const { client, name: TableName } = table;
  return {
    put(call, request) {
      const { write, command } = mailRequest(call, request);
      return commit(table, call, { writes: [write], commands: [command] });
    },
    async load(id) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: requestKey(id), ConsistentRead: true }),
      );
      return item?.['state'] as MailRequest | undefined;
    },
    async remove(id) {
      await client.send(new DeleteCommand({ TableName, Key: requestKey(id) }));
    },
  };
}
