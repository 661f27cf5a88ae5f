import type { LaneRepository, PeoplesCommit } from '../ports/lane-repository.ts';

/** A requirement id in a file, as `FR-001` however it is written there. */
export interface Mention {
  readonly path: string;
  readonly id: string;
}

/** What a trace asks of Git about whole commits; our own folders are left out of every answer. */
export interface TraceTrees {
  /** Commits of people reachable from `tip` and from none of the others, the latest first. */
  commits(tip: string, ...without: readonly string[]): Promise<readonly PeoplesCommit[]>;
  /** Paths that differ between two commits, and whether the later one has them. */
  changed(from: string, to: string): Promise<ReadonlyMap<string, 'there' | 'gone'>>;
  /** Every requirement id that a file of a commit has. */
  mentions(commit: string): Promise<readonly Mention[]>;
  /** Files of a commit that have one of these texts. */
  naming(commit: string, texts: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Everything that tracing touches. */
export interface TracePorts {
  readonly lanes: LaneRepository;
  readonly trees: TraceTrees;
  /** Whether the repository has another mission, which has requirements of the same ids. */
  readonly hasOthers: boolean;
}
