import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { guardHint } from './guard-finding.ts';
import { guardSource } from './guard-source.ts';

const REASON = '// broad-catch: translates what the file system says into a typed result';

/** What is found, each as `line construct code`. */
function found(text: string, name = 'src/auth/a.ts'): readonly string[] {
  return guardSource(ts, name, text).map(({ line, construct, code }) => `${line} ${construct} ${code}`);
}

/** Constructs that are found in statements of an async function. */
function within(statements: string): readonly string[] {
  return guardSource(ts, 'src/auth/a.ts', `async function f(this: any) {\n${statements}\n}`).map(
    ({ construct }) => construct,
  );
}

describe('B-01', () => {
  const clause = (before: string, behind: string, inside: string) =>
    `try {\n  read();\n  ${before}\n} catch { ${behind}\n  ${inside}\n  return;\n}`;

  test.each([
    ['on the line before', clause(REASON, '', '')],
    ['on the same line', clause('', REASON, '')],
    ['at the beginning of the block, where formatters move it', clause('', '', REASON)],
  ])('B-01: a justified one passes: %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  test.each([
    ['without a reason', clause('', '', ''), ['4 catch unjustified']],
    ['with an empty one', clause('', '// broad-catch:', ''), ['4 catch unjustified']],
    ['with another comment', clause('', '// It is fine.', ''), ['4 catch unjustified']],
    ['two lines above', clause(`${REASON}\n`, '', ''), ['5 catch unjustified']],
    ['behind code of the line before', `try {\n  read(); ${REASON}\n} catch {}`, ['3 catch unjustified']],
    ['in a text', `try {\n  read();\n} catch { log(\`${REASON}\`) }`, ['3 catch unjustified']],
    [
      'in a block comment',
      clause('', '/* broad-catch: logs what the server answers here */', ''),
      ['4 catch unjustified'],
    ],
    [
      'with a generic one',
      clause('', '// broad-catch: Catch-all: ignore all exceptions!', ''),
      ['4 catch reason-generic'],
    ],
  ])('B-01: one fails %s', (_, text, findings) => {
    expect(found(text)).toEqual(findings);
  });

  test('B-01: one reason speaks for one place', () => {
    expect(found(`${REASON}\nload().catch(() => 1), load().catch(() => 2);`)).toEqual([
      '2 promise-catch unjustified',
    ]);
    expect(found(`try {} catch { ${REASON}\n  void load();\n}`)).toEqual(['2 void-promise unjustified']);
  });
});

describe('B-03: catch', () => {
  const caught = (body: string) => within(`try { read() } catch (error) { ${body} }`);

  test.each([
    '',
    'log(error)',
    'return undefined;',
    'if (this.closed) throw error;',
    'if (error instanceof Error) return; throw error;',
    'if (error instanceof globalThis.Error) return; throw error;',
    'if (typeof error === "object") return; throw error;',
    'if (error.code !== undefined) return; throw error;',
    'if (error.code === "") return; throw error;',
    'if (isFine(error)) return; throw error;',
    'if (error instanceof Refused || this.closed) return; throw error;',
    'if (error instanceof Refused && this.open) return; else return; throw error;',
    'if (!(error instanceof Refused)) return; throw error;',
    'if (error.code === "ENOENT") throw error;',
    'switch (error.code) { case "ENOENT": return; }',
    'switch (error.code) { case "ENOENT": return; default: break; }',
    'switch (error.code) { case "ENOENT": throw error; default: return; }',
    'switch (error.code) { default: log(error); case "ENOENT": return; }',
    'switch (this.state) { case "open": return; default: throw error; }',
    'try { throw error; } catch (e) { if (e.code !== "A") throw e; }',
    'for (const one of many) throw error;',
    'for (;;) { for (;;) { break; } throw error; }',
    'if (error.code === "A") { for (;;) break; } return;',
    'setTimeout(() => { throw error; });',
    'const raise = () => { throw error; };',
    'process.exit(1);',
    'const { code } = this; if (code === "ENOENT") return; throw error;',
    'return error.code === "ENOENT" ? undefined : null;',
  ])('is broad: { %s }', (body) => {
    expect(caught(body)).toContain('catch');
  });

  test.each([
    'throw error;',
    'throw new Fault("refused", "X", "x", { cause: error });',
    'log(error); throw error;',
    'if (!(error instanceof Refused)) throw error; return undefined;',
    'if (error instanceof Refused) return undefined; throw error;',
    'if (error.code === "ENOENT") return; else throw error;',
    'if ((error as Coded)?.code !== "ENOENT") throw error;',
    'if (!(error instanceof Fault) || error.code !== "BUSY") throw error; return retry();',
    'if (["EAGAIN", "EBUSY"].includes(errorCode(error) ?? "")) return; throw error;',
    'const code = errorCode(error) ?? ""; if (this.last || !KNOWN.has(code)) throw error; return;',
    'const { code } = error; if (code === codes.NOT_FOUND) return; throw error;',
    'switch (error.code) { case "ENOENT": return; default: throw error; }',
    'switch (error.code) { case "A": case "B": log(error); break; default: throw error; }',
    'switch (error.errno) { case -2: return; } throw error;',
    'try { close() } finally { tidy() } throw error;',
    'return Promise.reject(error);',
    'return error.status === 404 ? undefined : Promise.reject(error);',
    'do { throw error; } while (true);',
    'for (const one of many) { if (one) break; } throw error;',
  ])('is narrow: { %s }', (body) => {
    expect(caught(body)).not.toContain('catch');
  });

  test('each form of it is seen, also behind other text', () => {
    const forms = [
      'catch {}',
      'catch (e) {}',
      'catch (e: unknown) { log(e) }',
      'catch ({ message }) { log(message) }',
    ];
    for (const form of forms) expect(found(`a(); try { b() } ${form} c();`)).toEqual(['1 catch unjustified']);
  });

  test('whoever leaves through a loop around it has not thrown', () => {
    expect(within('outer: for (;;) try { read() } catch (e) { for (;;) { break outer; } throw e; }')).toEqual(
      ['catch'],
    );
    expect(within('for (;;) try { read() } catch (e) { continue; }')).toEqual(['catch']);
    expect(
      within('for (;;) try { read() } catch (e) { if (e.code !== "EINTR") throw e; continue; }'),
    ).toEqual([]);
  });

  test('a function of the file may be what throws it again', () => {
    const helper = (rest: string) =>
      `function judge(file, e) { if (e.code === 'ENOENT') return null; ${rest} }`;
    const text = 'try { b() } catch (error) { return judge(1, error) }';
    expect(found(`${helper('throw e;')}\nfunction f() { ${text} }`)).toEqual([]);
    expect(found(`${helper('return 0;')}\nfunction f() { ${text} }`)).toEqual(['2 catch unjustified']);
    expect(found('function f(e) { try { b() } catch (e) { return f(e) } }')).toEqual(['1 catch unjustified']);
  });
});

describe('B-03: promises', () => {
  test.each([
    ['load().catch(() => undefined)', 'promise-catch'],
    ['await load()["catch"](ignored)', 'promise-catch'],
    ['load()?.catch(console.error)', 'promise-catch'],
    ['await load().catch((e) => { if (this.closed) throw e; })', 'promise-catch'],
    ['await load().then(use, () => 1)', 'then-rejection'],
    ['await load().then(undefined, log)', 'then-rejection'],
    ['void load()', 'void-promise'],
    ['void this.loading', 'void-promise'],
    ['void (this.open && load())', 'void-promise'],
    ['void load().then(use)', 'void-promise'],
    ['new Promise(use)', 'floating-promise'],
    ['Promise.all(many)', 'floating-promise'],
    ['import("./x.ts")', 'floating-promise'],
    ['load().then(use)', 'floating-promise'],
    ['load().finally(close)', 'floating-promise'],
    ['f()', 'floating-promise'],
    ['this.open && f()', 'floating-promise'],
    ['(async () => { await load(); })()', 'floating-promise'],
    ['many.forEach(async (one) => { await use(one); })', 'floating-promise'],
    ['setTimeout(async () => { await load(); }, 1)', 'floating-promise'],
    ['socket.on("data", async () => use())', 'floating-promise'],
    ['await Promise.allSettled(many)', 'all-settled'],
    ['Promise.allSettled(many)', 'all-settled'],
    ['const [one] = await Promise.allSettled(many)', 'all-settled'],
    ['use((await Promise.allSettled(many)).filter((r) => r.status === "fulfilled"))', 'all-settled'],
  ])('found: %s', (statement, construct) => {
    expect(within(statement)).toEqual([construct]);
  });

  test.each([
    'await load()',
    'return load()',
    'await load().catch((e) => { if (e.code !== "ENOENT") throw e; })',
    'await load().then(use, (e) => Promise.reject(new Fault(e)))',
    'await load().then(use, undefined)',
    'await load().then(use, null)',
    'await new Promise((resolve, reject) => load().then(resolve, reject))',
    'await new Promise((resolve, reject) => { load().catch((e) => { close(); reject(e); }) })',
    'void 0',
    'void (this.count += 1)',
    'unknown()',
    'await Promise.all(many)',
    'const results = await Promise.allSettled(many); use(results.find((r) => r.status === "rejected"))',
    'return Promise.allSettled(many)',
    'many.forEach((one) => use(one))',
  ])('not found: %s', (statement) => {
    expect(within(statement)).toEqual([]);
  });

  test('a rejection that is handled at the end of a chain is found once, as its handler', () => {
    expect(within('void load().catch(() => 1).finally(close)')).toEqual(['promise-catch']);
    expect(within('setTimeout(async () => { try { await load() } catch {} }, 1)')).toEqual(['catch']);
  });

  test('methods and functions of the file are known by what they say of themselves', () => {
    const ofClass = (method: string) => `class A { ${method}\n  f() { this.load(); void this.load(); } }`;
    expect(found(ofClass('async load() {}'))).toEqual([
      '2 floating-promise unjustified',
      '2 void-promise unjustified',
    ]);
    expect(found(ofClass('load(): Promise<void> { return x; }'))).toHaveLength(2);
    expect(found(ofClass('load(): void {}'))).toEqual([]);
  });
});

describe('B-03: what stands in the place of a failure', () => {
  test.each([
    ['process.on("uncaughtException", report)', 'process-handler'],
    ['process.once("unhandledRejection", report)', 'process-handler'],
    ['globalThis.process.addListener("uncaughtException", report)', 'process-handler'],
    ['process.setUncaughtExceptionCaptureCallback(report)', 'process-handler'],
    ['ignoreErrors(() => read())', 'swallow-helper'],
    ['suppress(read)', 'swallow-helper'],
    ['use(Effect.ignore(read))', 'swallow-helper'],
    ['use(tryRead() ?? "")', 'null-fallback'],
    ['use((await this.store.readOrNull()) ?? [])', 'null-fallback'],
    ['use(tryRead() || "")', 'null-fallback'],
    ['try { read() } finally { return }', 'finally-exit'],
    ['for (;;) try { read() } finally { if (x) break }', 'finally-exit'],
    ['socket.on("error", () => {})', 'empty-error-listener'],
    ['socket.once("error", () => undefined)', 'empty-error-listener'],
    ['socket.addEventListener("error", function () { return; })', 'empty-error-listener'],
    ['socket.on("error", noop)', 'empty-error-listener'],
    ['socket.onerror = () => {}', 'empty-error-listener'],
  ])('found: %s', (statement, construct) => {
    expect(within(statement)).toEqual([construct]);
  });

  test.each([
    'process.on("exit", report)',
    'use(name ?? "")',
    'use(find() ?? "")',
    'try { read() } finally { close() }',
    'try { read() } finally { for (const one of many) { if (one) break } many.map(() => { return 1 }) }',
    'socket.on("error", (error) => fail(error))',
    'socket.on("data", () => {})',
  ])('not found: %s', (statement) => {
    expect(within(statement)).toEqual([]);
  });

  test('a wrapper of the file is known by what it does', () => {
    const wrapper = (rest: string) => `function read() { try { return b() } catch (e) { ${rest} } }`;
    expect(found(`${wrapper('return null;')}\nuse(read() ?? '');`)).toEqual([
      '1 catch unjustified',
      '2 null-fallback unjustified',
    ]);
    expect(found(`${wrapper('if (e.code === "ENOENT") return null; throw e;')}\nuse(read() ?? '');`)).toEqual(
      [],
    );
  });

  test.each([
    '// eslint-disable-next-line no-empty',
    '/* eslint-disable */',
    '// oxlint-disable-line',
    '/* oxlint-disable-next-line no-empty */',
  ])('a lint rule that is switched off needs the same form: %s', (comment) => {
    expect(found(`${comment}\nread();`)).toEqual(['1 lint-disable unjustified']);
    expect(found(`${REASON}\n${comment}\nread();`)).toEqual([]);
    expect(found(`use(${JSON.stringify(comment)});`)).toEqual([]);
  });

  test('no reason makes up for what discards a failure whatever it is', () => {
    expect(found(`${REASON}\nsocket.on('error', () => {});`)).toEqual([
      '2 empty-error-listener never-justified',
    ]);
    expect(found(`try { b() } finally {\n  ${REASON}\n  return;\n}`)).toEqual([
      '3 finally-exit never-justified',
    ]);
  });
});

describe('B-03: reasons', () => {
  test('the same reason twice is none', () => {
    const text = `${REASON}\nload().catch(() => 1);\n${REASON.replace('file system', 'File  System')}\nload().catch(() => 2);`;
    expect(found(text)).toEqual(['2 promise-catch reason-repeated', '4 promise-catch reason-repeated']);
  });

  test('a file that cannot be parsed is not clean', () => {
    expect(found('try { read( } catch {}')).toEqual(['1 syntax syntax-error']);
  });

  test('text between tags is no comment, and one in braces is', () => {
    const tags = (text: string) => `const a = <p>${text}</p>;`;
    expect(found(tags('// eslint-disable'), 'src/auth/a.tsx')).toEqual([]);
    expect(found(tags('{/* eslint-disable */}'), 'src/auth/a.tsx')).toEqual(['1 lint-disable unjustified']);
  });

  test('a finding says where, what and how it is mended', () => {
    const [finding] = guardSource(
      ts,
      'src/auth/a.ts',
      `let a;\n\n  load().catch(() => 1); // broad-catch: todo\n`,
    );
    expect(finding).toEqual({
      file: 'src/auth/a.ts',
      line: 3,
      column: 10,
      construct: 'promise-catch',
      reason: 'todo',
      code: 'reason-generic',
      source: 'load().catch(() => 1); // broad-catch: todo',
    });
    expect(finding && guardHint(finding)).toContain('// broad-catch: <reason>');
  });
});
