// Sends a large listing, a slice a turn of the loop, at the client's pace.
import { inlineListingNodes, type ListingJob } from '@quorate/v2store';
import type { HttpResponse } from '@quorate/wire';
import type { V2Needs } from './needs.ts';

/** Sends the body of a listing whose headers were written. */
export function serveListing(needs: V2Needs, response: HttpResponse, job: ListingJob): void {
  let closed = false;
  const next = (): void => {
    if (closed) return;
    if (job.step(inlineListingNodes)) {
      closed = true;
      response.end(`${job.take()}\n`);
    } else if (response.write(job.take())) {
      needs.defer(next);
    }
  };
  response.on('drain', next);
  response.on('close', () => {
    closed = true;
    job.cancel();
  });
  next();
}
