import { Fault } from '@spec-kitty/core/fault';
import type { AppContext } from '../../context.ts';
import { CONTRACT, NO_MISSION, printEnvelope } from './contract/envelope.ts';
import type { Facts } from './contract/payload-schemas.ts';
import { reportInEnvelope } from './contract/report-in-envelope.ts';

/** Tells the version of the contract, and whether an orchestrator's own is recent enough; needs no repository. */
export async function contractVersion(
  this: AppContext,
  { providerVersion }: { readonly providerVersion?: string },
): Promise<void> {
  const facts: Facts<'contract-version'> = {
    api_version: CONTRACT.version,
    min_supported_provider_version: CONTRACT.oldestProvider,
  };
  if (providerVersion === undefined || isRecentEnough(providerVersion)) {
    printEnvelope(this, { command: 'contract-version', errorCode: null, data: { ...NO_MISSION, ...facts } });
    return;
  }
  const fault = new Fault(
    'refused',
    'CONTRACT_VERSION_MISMATCH',
    `Version ${providerVersion} is not served; ${CONTRACT.oldestProvider} is the oldest that is.`,
    {
      hints: [`Update the orchestrator to contract ${CONTRACT.version}.`],
      details: { provider_version: providerVersion, ...facts },
    },
  );
  this.exit.code = reportInEnvelope(fault, { command: 'contract-version' }, this);
}

function isRecentEnough(version: string): boolean {
  const found = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+.].*)?$/.exec(version.trim());
  if (!found) return false;
  const oldest = CONTRACT.oldestProvider.split('.').map(Number);
  const differs = oldest.findIndex((part, index) => Number(found[index + 1]) !== part);
  return differs === -1 || Number(found[differs + 1]) > (oldest[differs] ?? 0);
}
