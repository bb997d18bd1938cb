import type {
  ExperimentList,
  ExperimentRequest,
  ExperimentView,
} from '../../platform/contracts/experiment.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import { isExperimentList, isExperimentView } from './wire-experiment.ts';

/** Routes of experiments. Each throws ApiError. */
export interface ExperimentsApi {
  readonly experiments: () => Promise<ExperimentList>;
  readonly experiment: (key: string) => Promise<ExperimentView>;
  readonly createExperiment: (body: ExperimentRequest) => Promise<ExperimentView>;
  readonly startExperiment: (key: string) => Promise<ExperimentView>;
  readonly stopExperiment: (key: string, reason: string) => Promise<ExperimentView>;
  readonly deleteExperiment: (key: string) => Promise<unknown>;
}

export function createExperimentsApi({ request }: Pick<Http, 'request'>): ExperimentsApi {
  return {
    experiments: () => request({ method: 'GET', path: apiPath('experiments') }, isExperimentList),
    experiment: (key) => request({ method: 'GET', path: apiPath('experiments', key) }, isExperimentView),
    createExperiment: (body) =>
      request({ method: 'POST', path: apiPath('experiments'), body }, isExperimentView),
    startExperiment: (key) =>
      request({ method: 'POST', path: apiPath('experiments', key, 'start') }, isExperimentView),
    stopExperiment: (key, reason) =>
      request(
        { method: 'POST', path: apiPath('experiments', key, 'stop'), body: { reason } },
        isExperimentView,
      ),
    deleteExperiment: (key) => request({ method: 'DELETE', path: apiPath('experiments', key) }, isUnknown),
  };
}
