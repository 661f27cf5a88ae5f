/** One work package of a project that is generated: what its plan says. */
export interface PackagePlan {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly dependencies: readonly string[];
  readonly requirements: readonly string[];
  /** The source first, then its tests; none of them exists when the mission is planned. */
  readonly ownedFiles: readonly [source: string, tests: string, ...more: string[]];
  /** Subtask id to what it asks for. */
  readonly subtasks: Readonly<Record<string, string>>;
  /** Body of the package's file: what to build, and how it will be judged. */
  readonly instructions: string;
}

/** A package that scripted agents deliver, and what they do with it. */
export interface PackageScript extends PackagePlan {
  /** What the implementer commits, first at once and then after each review that says no. */
  readonly attempts: readonly [Attempt, ...Attempt[]];
  /** A test of the reviewer's own, written from the specification; it runs in the root of any checkout. */
  readonly reviewTest: string;
  /** What the reviewer asks for when that test fails. */
  readonly advice: string;
}

/** One commit of an implementer. */
export interface Attempt {
  readonly message: string;
  /** Path to the whole text, or to what comes at the end of the text that is there. */
  readonly files: Readonly<Record<string, string | { readonly append: string }>>;
}
