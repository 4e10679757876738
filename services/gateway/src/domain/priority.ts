/** Who is refused when all clients together ask for too much: the lowest first. */
export type Priority = 'high' | 'normal' | 'low';

/** Of a client whose plan says none. Guests, and requests that say nothing of their client, are refused first. */
export const usualPriority = (client: string | undefined): Priority =>
  client === undefined || client.startsWith('guests:') ? 'low' : 'normal';

/** Up to which share of what all together may ask for a request of a class is let through. */
const MAY_FILL: Readonly<Record<Priority, number>> = { high: 1, normal: 0.9, low: 0.7 };

/** @param taken of all clients in a minute, with the request that it is about; `perMinute` is what they may have */
export const isShed = (priority: Priority, taken: number, perMinute: number): boolean =>
  taken > perMinute * MAY_FILL[priority];
