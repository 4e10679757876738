/** An empty handler: measures the runtime's own start. */
export const handler = async () => ({ statusCode: 200 });
