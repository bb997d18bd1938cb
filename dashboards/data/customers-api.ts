import type { Job } from '../../platform/contracts/api.ts';
import type { ChurnBands } from '../../platform/contracts/churn-bands.ts';
import type {
  ChurnBandName,
  CustomerBoard,
  CustomerDetail,
  CustomerScoreList,
  CustomerValueList,
} from '../../platform/contracts/customers.ts';
import { apiPath } from './api-path.ts';
import type { Http } from './http.ts';
import {
  isChurnBands,
  isCustomerBoard,
  isCustomerDetail,
  isCustomerScoreList,
  isCustomerValueList,
} from './wire-customers.ts';
import { isJob } from './wire-system.ts';

/** Customers a list has at most: those that matter most come first, and filters lead to the others. */
const LIMIT = 300;

export interface ScoreArgs {
  readonly band?: ChurnBandName | undefined;
  readonly reason?: string | undefined;
  readonly segment?: string | undefined;
}

export interface ValueArgs {
  readonly segment?: string | undefined;
}

/** Routes of customers: chance to leave, worth, segments. Each throws ApiError. */
export interface CustomersApi {
  readonly customers: () => Promise<CustomerBoard>;
  readonly customerScores: (args: ScoreArgs) => Promise<CustomerScoreList>;
  readonly customerValues: (args: ValueArgs) => Promise<CustomerValueList>;
  readonly customer: (customer: string) => Promise<CustomerDetail>;
  readonly churnBands: () => Promise<ChurnBands>;
  readonly setChurnBands: (bands: ChurnBands) => Promise<ChurnBands>;
  readonly runCustomers: (train: boolean) => Promise<Job>;
}

export function createCustomersApi({ request }: Pick<Http, 'request'>): CustomersApi {
  return {
    customers: () => request({ method: 'GET', path: apiPath('customers') }, isCustomerBoard),
    customerScores: (args) =>
      request(
        { method: 'GET', path: apiPath('customers', 'churn'), query: { ...args, limit: LIMIT } },
        isCustomerScoreList,
      ),
    customerValues: (args) =>
      request(
        { method: 'GET', path: apiPath('customers', 'values'), query: { ...args, limit: LIMIT } },
        isCustomerValueList,
      ),
    customer: (customer) =>
      request({ method: 'GET', path: apiPath('customers', 'details', customer) }, isCustomerDetail),
    churnBands: () => request({ method: 'GET', path: apiPath('customers', 'bands') }, isChurnBands),
    setChurnBands: (body) =>
      request({ method: 'PUT', path: apiPath('customers', 'bands'), body }, isChurnBands),
    runCustomers: (train) =>
      request({ method: 'POST', path: apiPath('customer-runs'), body: { train } }, isJob),
  };
}
