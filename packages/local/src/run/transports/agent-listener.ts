import type { ReadStream } from '@spec-kitty/core/run/agents/read-stream';

/** Makes sense of what an agent prints. */
export interface AgentListener {
  hear(line: string): void;
  readonly read: ReadStream;
  /** Of an agent that is talked with: what is to be done is done, or cannot be. Never rejects. */
  readonly turn?: Promise<TurnEnd>;
  /** Asks an agent that is talked with to leave off. */
  cancel?(): void;
  /** Nothing more will be heard: a turn that is not over by then has broken off. */
  end?(): void;
}

/** How the work of an agent that is talked with has ended; its process may live on. */
export interface TurnEnd {
  readonly done: boolean;
  /** Why not, in one sentence. */
  readonly reason: string;
}
