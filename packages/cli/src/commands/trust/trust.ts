import { counted } from '@spec-kitty/core/counted';
import type { RepositoryTrust } from '@spec-kitty/local/trust/repository-trust';
import type { TrustItem } from '@spec-kitty/local/trust/trust-store';
import type { AppContext } from '../../context.ts';

interface Flags {
  readonly json: boolean;
}

/** Shows every item with whether it is allowed. */
export async function trustShow(this: AppContext, { json }: Flags): Promise<void> {
  const { trust, items } = await wanted(this);
  const rows = items.map((item) => ({
    kind: item.kind,
    value: item.value,
    trusted: trust.store.isTrusted(trust.commonDir, item),
  }));
  this.show(json, { repository: trust.commonDir, items: rows }, () =>
    rows.length === 0
      ? 'This repository wants to execute nothing.'
      : [
          ...rows.map(
            ({ kind, value, trusted }) =>
              `${trusted ? 'allowed    ' : 'not allowed'}  ${kind}: ${JSON.stringify(value)}`,
          ),
          ...(rows.every(({ trusted }) => trusted)
            ? []
            : ['Run `spec-kitty trust allow` to allow all of it as it is now.']),
        ].join('\n'),
  );
}

/** Allows every item as it is now. */
export async function trustAllow(this: AppContext, { json }: Flags): Promise<void> {
  const { trust, items } = await wanted(this);
  await trust.allow(items);
  this.show(json, { result: 'success', allowed: items }, () =>
    items.length === 0
      ? 'This repository wants to execute nothing; nothing was changed.'
      : [
          'Allowed in this repository:',
          ...items.map(({ kind, value }) => `  ${kind}: ${JSON.stringify(value)}`),
          'The commands are allowed as they are written; the scripts that they start may change.',
        ].join('\n'),
  );
}

/** Takes everything back. */
export async function trustRevoke(this: AppContext, { json }: Flags): Promise<void> {
  const trust = await (await this.workspace()).trust();
  const before = trust.store.list(trust.commonDir).length;
  await trust.store.revoke(trust.commonDir);
  this.show(json, { result: 'success', revoked: before }, () =>
    before === 0 ? 'Nothing was allowed here.' : `Took back ${counted(before, 'item')}.`,
  );
}

async function wanted(context: AppContext): Promise<{ trust: RepositoryTrust; items: readonly TrustItem[] }> {
  const workspace = await context.workspace();
  const trust = await workspace.trust();
  return { trust, items: await trust.items(await workspace.config()) };
}
