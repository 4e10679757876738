/** As serverless.yml has them. */
export const INDEXES = [
  { name: 'expiring', pk: 'expiringPk', sk: 'expiringSk' },
  { name: 'short', pk: 'shortPk', sk: 'shortSk' },
];
