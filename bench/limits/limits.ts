/** The limits that are measured. */
import { limitOf } from '../../test/doors/policy-fixture.ts';

export const COUNTED = 137;
export const COUNT = limitOf({ id: 'count', per: ['tenant'], most: COUNTED });
/** Nano-USD, 0.05 USD: what some two hundred of the load's requests cost. */
export const MONEY = 50_000_000;
export const BUDGET = limitOf({
  id: 'budget',
  per: ['tenant'],
  counts: 'cost',
  most: MONEY,
  stop: true,
  over: { kind: 'calendar', period: 'month', zone: 'UTC' },
});
