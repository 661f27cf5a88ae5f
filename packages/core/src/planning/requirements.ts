/** Requirement ids that spec.md declares and mentions (L§4.5). */
export interface SpecRequirements {
  /** Declared ids, upper case, sorted as texts. */
  readonly declared: readonly string[];
  /** The declared ids that begin with `FR-`. */
  readonly functional: readonly string[];
  /** Ids in the text of a spec that declares none at all; empty otherwise. */
  readonly bareProse: readonly string[];
}

/** How the packages of a mission cover its requirements. */
export interface RequirementCoverage {
  readonly packagesWithoutRefs: readonly string[];
  /** Package id to refs that spec.md does not declare. */
  readonly unknownRefs: Readonly<Record<string, readonly string[]>>;
  readonly unmappedFunctional: readonly string[];
  readonly bareProse: readonly string[];
  readonly totalFunctional: number;
  readonly mappedFunctional: number;
}

const ID = String.raw`((?:FR|NFR|C)-\d+)`;

/** The four shapes in which a line declares an id; only the first id of a line counts. */
const DECLARATIONS = [
  String.raw`^\s*\|\s*(?:\*\*|~~){0,2}${ID}(?:\*\*|~~){0,2}\s*\|`,
  String.raw`^#{1,6}\s*${ID}\b`,
  String.raw`^\s*(?:[-*]|\d+\.)\s*\*{0,2}${ID}\b`,
  String.raw`^\s*\*\*${ID}\b`,
].map((shape) => new RegExp(shape, 'i'));

/** One line of spec.md that declares a requirement. */
export interface Declared {
  readonly id: string;
  readonly line: number;
  readonly text: string;
}

/** Finds every line that declares a requirement, repeats included; an id in a plain sentence is a citation. */
export function requirementDeclarations(spec: string): readonly Declared[] {
  return spec.split(/\r\n|\r|\n/).flatMap((text, index) => {
    const id = DECLARATIONS.map((shape) => shape.exec(text)?.[1]).find((match) => match !== undefined);
    return id === undefined ? [] : [{ id: id.toUpperCase(), line: index + 1, text }];
  });
}

/** Finds the lines of spec.md, without the white space around them, that declare what a package refers to. */
export function requirementLines(spec: string, refs: readonly string[]): readonly string[] {
  const named = new Set(requirementRefs(refs).refs);
  return requirementDeclarations(spec).flatMap(({ id, text }) => (named.has(id) ? [text.trim()] : []));
}

/** Collects the requirement ids of spec.md. */
export function specRequirements(spec: string): SpecRequirements {
  const declared = [...new Set(requirementDeclarations(spec).map(({ id }) => id))].toSorted();
  return {
    declared,
    functional: declared.filter((id) => id.startsWith('FR-')),
    bareProse: declared.length > 0 ? [] : requirementRefs([spec]).refs.toSorted(),
  };
}

/** Reads references as people write them: every id in the texts, upper case, without repeats; `SC-` ids are dropped. */
export function requirementRefs(texts: readonly string[]): {
  readonly refs: readonly string[];
  readonly dropped: readonly string[];
} {
  const all = (pattern: RegExp) => [
    ...new Set(texts.flatMap((text) => text.match(pattern) ?? []).map((id) => id.toUpperCase())),
  ];
  return { refs: all(/\b(?:FR|NFR|C)-\d+\b/gi), dropped: all(/\bSC-\d+\b/gi) };
}

/**
 * Compares the packages' references with the spec (L§4.5).
 *
 * Where the spec declares and mentions no requirement at all, packages need no references: there is
 * nothing they could name. A reference that is given must be declared in any case.
 */
export function requirementCoverage(
  spec: SpecRequirements,
  refsOf: ReadonlyMap<string, readonly string[]>,
): RequirementCoverage {
  const declared = new Set(spec.declared);
  const required = spec.declared.length > 0;
  const mapped = new Set<string>();
  const unknownRefs: Record<string, readonly string[]> = {};
  for (const [id, refs] of refsOf) {
    const unknown = refs.filter((ref) => !declared.has(ref)).toSorted();
    if (unknown.length > 0) unknownRefs[id] = unknown;
    for (const ref of refs) mapped.add(ref);
  }
  const unmappedFunctional = spec.functional.filter((id) => !mapped.has(id));
  return {
    packagesWithoutRefs: required
      ? [...refsOf].filter(([, refs]) => refs.length === 0).map(([id]) => id)
      : [],
    unknownRefs,
    unmappedFunctional,
    bareProse: spec.bareProse,
    totalFunctional: spec.functional.length,
    mappedFunctional: spec.functional.length - unmappedFunctional.length,
  };
}
