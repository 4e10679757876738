import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy, { type BusboyHeaders } from '@fastify/busboy';
import type { Answer } from './answer.ts';
import { commitVersion } from './commit.ts';
import { checksumHeaders, encryptionHeaders } from './object-headers.ts';
import { objectSettings } from './object-settings.ts';
import { checkPostPolicy, type Fields, type SizeRange } from './post-policy.ts';
import type { RequestBody } from './request-body.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { type Operations, quoted, requireBucket, type Store, versionHeader } from './store.ts';
import { singlePart } from './write-object.ts';
import { document } from './xml.ts';

const MAX_FIELD_BYTES = 20 * 1024;
const MAX_FIELDS = 100;
const FILE_NAME = '${filename}';
const MAX_KEY_BYTES = 1024;
/** Fields that are no headers of an object. */
const OF_FORMS = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature', 'x-amz-security-token'];

const { Busboy } = busboy;

interface Form {
  readonly fields: Fields;
  readonly file: Readable;
}

/**
 * Uploads by a page's form, with a policy that whoever made the form signed.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function postOperations(store: Store): Operations {
  return {
    async 'bucket POST'(request) {
      const { name } = requireBucket(store, request);
      const { 'content-type': type = '' } = request.incoming.headers;
      if (!type.startsWith('multipart/form-data')) throw notImplemented('POST of a bucket');
      const { fields, file } = await readForm(request.incoming);
      try {
        return await upload(store, request, name, fields, file);
      } finally {
        file.resume();
      }
    },
  };
}

async function upload(store: Store, request: S3Request, name: string, fields: Fields, file: Readable): Promise<Answer> {
  const size = checkPostPolicy(fields, name, store.now());
  const key = fields.get('key');
  if (key === undefined || key === '') {
    const reason =
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.";
    throw new S3Error('InvalidArgument', reason);
  }
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    const details = { Size: Buffer.byteLength(key), MaxSizeAllowed: MAX_KEY_BYTES };
    throw new S3Error('KeyTooLongError', undefined, { details });
  }
  const asHeaders = { ...request, key, ...headersOf(fields, request.incoming) };
  const settings = objectSettings(store, requireBucket(store, request), asHeaders);
  const stored = await store.bodies.receive(bodyOf(file, size));
  try {
    const { bucket, version } = commitVersion(
      store,
      asHeaders,
      { ...settings, ...singlePart(stored) },
      'ObjectCreated:Post',
    );
    const headers = {
      etag: quoted(version.etag),
      ...versionHeader(bucket, version),
      ...checksumHeaders(version),
      ...encryptionHeaders(version),
    };
    return answerOf(fields, headers, { bucket: name, key, etag: quoted(version.etag) }, request);
  } catch (error) {
    store.bodies.remove([stored]);
    throw error;
  }
}

/** A redirection, or a status that the form asks for: 200, 201 with a document, or 204. */
function answerOf(
  fields: Fields,
  headers: Record<string, string>,
  { bucket, key, etag }: { readonly bucket: string; readonly key: string; readonly etag: string },
  { incoming }: S3Request,
): Answer {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const location = `http://${incoming.headers.host ?? 'localhost'}/${bucket}/${path}`;
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const to = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag })) to.searchParams.set(name, value);
    return { status: 303, headers: { ...headers, location: to.href } };
  }
  const answered = { ...headers, location };
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers: answered };
  if (status !== '201') return { status: 204, headers: answered };
  const names = { Location: location, Bucket: bucket, Key: key, ETag: etag };
  return { status: 201, headers: answered, xml: document('PostResponse', names) };
}

/** The form's fields in the place of headers. A form's `acl` and `tagging` are headers with other names. */
function headersOf(fields: Fields, { socket }: IncomingMessage): Pick<S3Request, 'header' | 'incoming'> {
  const headers = Object.fromEntries([...fields].filter(([name]) => !OF_FORMS.includes(name)));
  if (fields.has('tagging')) throw notImplemented('the field tagging of a form');
  const named = { ...headers, ...(fields.has('acl') && { 'x-amz-acl': fields.get('acl') }) };
  return {
    header: (name) => (named as Record<string, string | undefined>)[name],
    incoming: { headers: named, socket } as unknown as IncomingMessage,
  };
}

/** The file's bytes, as long as there are not too many. */
function bodyOf(file: Readable, { least, most }: SizeRange): RequestBody {
  async function* measured(): AsyncGenerator<Buffer> {
    let size = 0;
    for await (const chunk of file as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) {
        throw new S3Error('EntityTooLarge', undefined, { details: { ProposedSize: size, MaxSizeAllowed: most } });
      }
      yield chunk;
    }
    if (size < least) {
      throw new S3Error('EntityTooSmall', undefined, { details: { ProposedSize: size, MinSizeAllowed: least } });
    }
  }
  return { chunks: measured(), expected: () => ({}), algorithm: undefined };
}

/** Reads a form up to its file. What comes behind the file is ignored, as on AWS. */
function readForm(incoming: IncomingMessage): Promise<Form> {
  const fields = new Map<string, string>();
  const { promise, resolve, reject } = Promise.withResolvers<Form>();
  const malformed = (): void =>
    reject(
      new S3Error('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.'),
    );
  let parser: InstanceType<typeof Busboy>;
  try {
    const limits = { fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS };
    parser = new Busboy({ headers: incoming.headers as BusboyHeaders, limits });
  } catch {
    malformed();
    return promise;
  }
  const tooLong = (): void => {
    const reason = 'Your POST request fields preceding the upload file were too large.';
    reject(new S3Error('MaxPostPreDataLengthExceeded', reason));
  };
  parser.on('field', (name, value, _nameIsCut, isCut) => {
    if (isCut) tooLong();
    else fields.set(name.toLowerCase(), value);
  });
  parser.on('fieldsLimit', tooLong);
  parser.on('file', (name, file, fileName) => {
    const key = fields.get('key');
    if (key !== undefined) fields.set('key', key.replaceAll(FILE_NAME, fileName ?? ''));
    if (name.toLowerCase() === 'file') resolve({ fields, file });
    else file.resume();
  });
  parser.on('finish', () =>
    reject(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.')),
  );
  parser.on('error', malformed);
  incoming.once('aborted', malformed);
  incoming.pipe(parser);
  return promise;
}
