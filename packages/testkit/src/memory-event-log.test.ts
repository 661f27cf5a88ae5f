import { eventLogContract } from './event-log-contract.ts';
import { MemoryEventLog } from './memory-event-log.ts';

eventLogContract({
  name: 'MemoryEventLog',
  open: () => new MemoryEventLog(),
  missions: [
    { missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', directory: 'invoice-export-01KE6Z2V' },
    { missionId: '01KE6Z3X3M8Q4T5X6Y7Z8A9B0C', directory: 'other-01KE6Z3X' },
  ],
  plant: (log, { missionId }, line) => {
    if (!(log instanceof MemoryEventLog)) return;
    log.texts.set(missionId, `${log.texts.get(missionId) ?? ''}${line}\n`);
  },
});
