/** The audit file: records in batches, in a file that is set aside when full. */
import { BatchedLedger, type BatchOptions } from './batch.ts';
import { RotatingFile, type RotatingFileOptions } from './rotating-file.ts';

/** @throws (rejects) the system's error if the file cannot be opened for writing */
export async function openAuditFile(options: RotatingFileOptions & BatchOptions): Promise<BatchedLedger> {
  return new BatchedLedger(await RotatingFile.open(options), options);
}
