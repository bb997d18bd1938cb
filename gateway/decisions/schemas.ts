import { AuditEntry, AuditList, AuditState } from '../../platform/contracts/audit.ts';
import { DecisionSettingsView } from '../../platform/contracts/decision-wire.ts';
import { Calibration, Decision, DecisionList } from '../../platform/contracts/decision.ts';
import { DryRunRequest, DryRunResult } from '../../platform/contracts/dry-run.ts';
import {
  OutboxItem,
  OutboxList,
  Schedule,
  ScheduleList,
  ScheduleRequest,
} from '../../platform/contracts/outbox.ts';
import { ProposeRequest } from '../../platform/contracts/proposal.ts';
import { Policy, PolicyList, PolicyRequest, Trigger } from '../../platform/contracts/policy.ts';

/** Schemas of decisions that have a name in the OpenAPI document. */
export const decisionSchemas = {
  AuditEntry,
  AuditList,
  AuditState,
  Calibration,
  Decision,
  DecisionList,
  DecisionSettings: DecisionSettingsView,
  DryRunRequest,
  DryRunResult,
  OutboxItem,
  OutboxList,
  Policy,
  PolicyList,
  PolicyRequest,
  PolicyTrigger: Trigger,
  ProposeRequest,
  Schedule,
  ScheduleList,
  ScheduleRequest,
};
