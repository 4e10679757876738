/** The one account, region and stage that everything here belongs to, and credentials that nothing checks. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
export const STAGE = 'local';
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
