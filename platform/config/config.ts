import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Static, TObject, TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { Value } from '@sinclair/typebox/value';
import { messageOf, WeirError } from '../errors/weir-error.ts';
import { redactText } from '../log/redact.ts';
import { describeAllowed, parseText } from './field.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigDefinition<S extends TObject> {
  /** The folder's name; the key of its part in weir.config.json and part of the default variable names. */
  readonly section: string;
  /** Flat object; every field has a `default` or is `Type.Optional` or must be set. `description` shows in `weir config`. */
  readonly schema: S;
  /** Names that differ from the default WEIR_<SECTION>_<FIELD>. */
  readonly env?: Readonly<Partial<Record<keyof Static<S> & string, string>>>;
  readonly secret?: readonly (keyof Static<S> & string)[];
  /** Checks across fields: returns what is wrong, in sentences that name the variables. */
  readonly refine?: (value: Static<S>) => readonly string[];
}

export interface ConfigField {
  readonly name: string;
  readonly variable: string;
  readonly schema: TSchema;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
}

export interface ConfigSection<S extends TObject = TObject> {
  readonly section: string;
  readonly fields: readonly ConfigField[];
  matches(value: unknown): value is Static<S>;
  faults(value: unknown): readonly string[];
}

export type ConfigSource = 'env' | 'file' | 'default' | 'unset';

export interface ConfigEntry {
  readonly section: string;
  readonly name: string;
  readonly variable: string;
  readonly source: ConfigSource;
  /** As text; secrets and passwords inside URLs are redacted. */
  readonly shown: string;
  readonly allowed: string;
  readonly description: string;
}

export interface Config {
  /** The frozen values of a section that was given to loadConfig. */
  get<S extends TObject>(section: ConfigSection<S>): Static<S>;
  readonly entries: readonly ConfigEntry[];
  /** WEIR_ variables that no section knows: most likely misspelt. */
  readonly unknownVariables: readonly string[];
}

export function defineConfig<S extends TObject>(definition: ConfigDefinition<S>): ConfigSection<S> {
  const { section, schema, secret = [], refine } = definition;
  const variables: Readonly<Record<string, string | undefined>> = { ...definition.env };
  const secretNames: readonly string[] = secret;
  const required: readonly string[] = schema.required ?? [];
  const compiled = TypeCompiler.Compile(schema);
  return {
    section,
    fields: Object.entries(schema.properties).map(([name, fieldSchema]) => ({
      name,
      variable: variables[name] ?? variableName(section, name),
      schema: fieldSchema,
      isRequired: required.includes(name),
      isSecret: secretNames.includes(name),
    })),
    matches: (value): value is Static<S> => compiled.Check(value),
    faults: (value) => (refine !== undefined && compiled.Check(value) ? refine(value) : []),
  };
}

/**
 * Reads every section from the environment, then from `weir.config.json` in WEIR_HOME, then from defaults.
 * Throws one PLATFORM_CONFIG_INVALID that lists everything wrong at once. An empty variable counts as not set.
 */
export function loadConfig(sections: readonly ConfigSection[], env: Environment): Config {
  return resolveConfig(sections, env, readConfigFile(env));
}

/** The pure part of loadConfig: `file` is the parsed content of weir.config.json, or undefined. */
export function resolveConfig(sections: readonly ConfigSection[], env: Environment, file: unknown): Config {
  const problems: string[] = [];
  const fileSections = readFileSections(sections, file, problems);
  const values = new Map<string, unknown>();
  const entries: ConfigEntry[] = [];

  for (const section of sections) {
    const value: Record<string, unknown> = {};
    const problemsBefore = problems.length;
    for (const field of section.fields) {
      const found = findValue(field, env, fileSections.get(section.section));
      const problem = fieldProblem(field, found);
      if (problem !== undefined) problems.push(problem);
      if (found.source !== 'unset') value[field.name] = freeze(found.value);
      entries.push({
        section: section.section,
        name: field.name,
        variable: field.variable,
        source: found.source,
        shown: found.source === 'unset' ? '(not set)' : show(field, found.value),
        allowed: describeAllowed(field.schema),
        description: field.schema.description ?? '',
      });
    }
    if (problems.length === problemsBefore) problems.push(...section.faults(value));
    values.set(section.section, Object.freeze(value));
  }

  if (problems.length > 0) {
    const list = problems.map((problem) => `  - ${problem}`).join('\n');
    throw new WeirError('PLATFORM_CONFIG_INVALID', `${problems.length} setting(s) are wrong:\n${list}`, {
      details: { problems },
    });
  }

  const known = new Set(sections.flatMap((section) => section.fields.map((field) => field.variable)));
  return {
    get: (section) => {
      const value = values.get(section.section);
      if (section.matches(value)) return value;
      throw new WeirError('PLATFORM_INTERNAL', `section ${section.section} was not given to loadConfig`);
    },
    entries,
    unknownVariables: Object.keys(env)
      .filter((name) => name.startsWith('WEIR_') && !known.has(name))
      .sort(),
  };
}

/** The effective configuration as text for `weir config`: variable, value, source, what is allowed; no secrets. */
export function describeConfig(config: Config): string {
  const width = Math.max(0, ...config.entries.map((entry) => entry.variable.length));
  const lines: string[] = [];
  let section = '';
  for (const entry of config.entries) {
    if (entry.section !== section) lines.push(...(section === '' ? [] : ['']), `[${entry.section}]`);
    section = entry.section;
    lines.push(`${entry.variable.padEnd(width)} = ${entry.shown}  (${entry.source}; ${entry.allowed})`);
    if (entry.description !== '') lines.push(`${' '.repeat(width)}   ${entry.description}`);
  }
  if (config.unknownVariables.length > 0) {
    lines.push('', `Not known to Weir, so without effect: ${config.unknownVariables.join(', ')}`);
  }
  return lines.join('\n');
}

/** WEIR_HOME, absolute: the directory of everything Weir keeps on this machine. */
export function homeOf(env: Environment): string {
  const home = env['WEIR_HOME'];
  return resolve(home === undefined || home === '' ? '.weir' : home);
}

interface Found {
  readonly value: unknown;
  readonly source: ConfigSource;
}

function findValue(
  field: ConfigField,
  env: Environment,
  file: Readonly<Record<string, unknown>> | undefined,
): Found {
  const text = env[field.variable];
  if (text !== undefined && text !== '') return { value: parseText(field.schema, text), source: 'env' };
  if (file !== undefined && Object.hasOwn(file, field.name))
    return { value: file[field.name], source: 'file' };
  const fallback: unknown = field.schema.default;
  return fallback === undefined
    ? { value: undefined, source: 'unset' }
    : { value: structuredClone(fallback), source: 'default' };
}

function fieldProblem(field: ConfigField, found: Found): string | undefined {
  const allowed = describeAllowed(field.schema);
  if (found.source === 'unset')
    return field.isRequired ? `${field.variable} is not set; it must be ${allowed}` : undefined;
  if (Value.Check(field.schema, found.value)) return undefined;
  const origin = { env: 'from the environment', file: 'from weir.config.json', default: 'the default' }[
    found.source
  ];
  return `${field.variable} is ${show(field, found.value)} (${origin}); it must be ${allowed}`;
}

function show(field: ConfigField, value: unknown): string {
  if (field.isSecret) return '(set, not shown)';
  return redactText(typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'nothing'));
}

function readConfigFile(env: Environment): unknown {
  const path = join(homeOf(env), 'weir.config.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new WeirError('PLATFORM_CONFIG_INVALID', `${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WeirError('PLATFORM_CONFIG_INVALID', `${path} is not JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function readFileSections(
  sections: readonly ConfigSection[],
  file: unknown,
  problems: string[],
): Map<string, Readonly<Record<string, unknown>>> {
  const found = new Map<string, Readonly<Record<string, unknown>>>();
  if (file === undefined) return found;
  if (!isRecord(file)) {
    problems.push('weir.config.json must hold one object with a part for each section');
    return found;
  }
  for (const [name, part] of Object.entries(file)) {
    const section = sections.find((candidate) => candidate.section === name);
    if (section === undefined) {
      problems.push(
        `weir.config.json: there is no section "${name}"; sections are ${sections.map((s) => s.section).join(', ')}`,
      );
    } else if (isRecord(part)) {
      const names = new Set(section.fields.map((field) => field.name));
      const strange = Object.keys(part).filter((key) => !names.has(key));
      for (const key of strange) problems.push(`weir.config.json: section "${name}" has no setting "${key}"`);
      found.set(name, part);
    } else {
      problems.push(`weir.config.json: section "${name}" must be an object`);
    }
  }
  return found;
}

function variableName(section: string, field: string): string {
  const words = `${section}_${field}`.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('-', '_');
  return `WEIR_${words.toUpperCase()}`;
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
