/** One thing that an agent does, in this order; paths are relative to the folder of the case, or to the repository after a `/`. */
export interface PhantomStep {
  readonly write?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  /** Links, and where they lead. */
  readonly link?: Readonly<Record<string, string>>;
  /** Command lines of Git; `@base` is the commit that the package was begun on. */
  readonly git?: readonly (readonly string[])[];
  /** Files of the primary checkout to write, or to append to after a `+`. */
  readonly primary?: Readonly<Record<string, string>>;
  /** Command lines of the product, without its name. */
  readonly commands?: readonly (readonly string[])[];
  /** Message of a commit of everything, where one is made. */
  readonly commit?: string;
}

/** A package, what an agent makes of it, and what its reviewer does. */
export interface PhantomCase {
  readonly name: string;
  /** What is owned by name and is not there before is to be made. */
  readonly owns: readonly string[];
  readonly words?: string;
  /** Whether it goes on in the files of the case before it, on the same lane. */
  readonly follows?: boolean;
  readonly subtasks?: readonly string[];
  /** Files that are there before. */
  readonly before?: Readonly<Record<string, string>>;
  readonly work: readonly PhantomStep[];
  /** What the implementer leaves in its report; an empty claim unless told. */
  readonly report?: string;
  readonly review?: readonly PhantomStep[];
  /** What the reviewer leaves; an approval unless told. */
  readonly verdict?: string;
  /** Key of the agent that may review; another one than the implementer's unless told. */
  readonly reviewer?: string;
  /** Why it is not caught, where that is known. */
  readonly uncaught?: string;
}

/** Writes files and commits them. */
export function committing(
  write: Readonly<Record<string, string>>,
  ...remove: readonly string[]
): PhantomStep {
  return { write, remove, commit: 'Do it' };
}
