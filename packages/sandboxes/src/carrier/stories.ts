/** What happens to a parcel in the sandbox, chosen by the second address line; by default it arrives. */
export interface Story {
  /** Successive statuses. */
  readonly statuses: readonly ('dispatched' | 'delivered' | 'returned' | 'lost')[];
  /** The address is refused. */
  readonly refused?: boolean;
  /** How many requests for the label fail before one is answered. */
  readonly failures?: number;
  /** How long the first answer to the request for the label takes; milliseconds. */
  readonly slowMs?: number;
  /** Whether webhooks are sent twice and in the wrong order, or never; once by default. */
  readonly webhooks?: 'twice' | 'never';
}

const arrives: Story = { statuses: ['dispatched', 'delivered'] };

export const STORIES: ReadonlyMap<string, Story> = new Map(
  Object.entries<Story>({
    'sandbox: hold': { statuses: [] },
    'sandbox: stall': { statuses: ['dispatched'] },
    'sandbox: lost': { statuses: ['dispatched', 'lost'] },
    'sandbox: return': { statuses: ['dispatched', 'returned'] },
    'sandbox: refuse': { statuses: [], refused: true },
    'sandbox: down': { ...arrives, failures: 2 },
    'sandbox: slow': { ...arrives, slowMs: 4_000 },
    'sandbox: twice': { ...arrives, webhooks: 'twice' },
    'sandbox: silent': { ...arrives, webhooks: 'never' },
  }),
);

export const storyOf = (line2: unknown): Story => STORIES.get(String(line2)) ?? arrives;
