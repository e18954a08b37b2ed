// Bounds of membership.

/** Learners at a time, unless configured (`--max-learners`). */
export const MAX_LEARNERS = 1;
