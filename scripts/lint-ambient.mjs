/**
 * Lint rules of this house that oxlint does not bring.
 *
 * `no-ambient-time`: time and randomness are arguments. A result that depends on when or on which machine it was computed
 * cannot be replayed, and replay is how the engine recovers. The rule therefore bans every ambient source of time and
 * randomness, by value and under an alias (`const now = Date.now`), and leaves what is pure: `new Date(ms)`, `Date.UTC`,
 * `Date.parse`, `x instanceof Date`, and `Date` as a type.
 *
 * `no-processing-time-operators`: RxJS operators that window or delay by the wall clock make results depend on speed.
 *
 * `no-enum`: enums are not erasable syntax, and a numeric enum logs as a bare number.
 */

const TIMERS = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
]);
const AMBIENT_GLOBALS = new Set([...TIMERS, 'performance', 'crypto', 'Temporal']);
const GLOBAL_OBJECTS = new Set(['globalThis', 'global', 'window', 'self']);
const PURE_DATE_MEMBERS = new Set(['UTC', 'parse', 'prototype']);
const AMBIENT_MODULES = new Set(['timers', 'timers/promises', 'perf_hooks']);
const AMBIENT_CRYPTO = new Set([
  'randomUUID',
  'randomBytes',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
  'webcrypto',
]);
const AMBIENT_PROCESS = new Set(['hrtime', 'uptime']);
const PROCESSING_TIME_OPERATORS = new Set([
  'audit',
  'auditTime',
  'bufferTime',
  'debounce',
  'debounceTime',
  'delay',
  'interval',
  'sampleTime',
  'throttleTime',
  'timeInterval',
  'timeout',
  'timeoutWith',
  'timer',
  'timestamp',
  'windowTime',
  'animationFrames',
  'asyncScheduler',
  'asapScheduler',
  'animationFrameScheduler',
]);

const HINT = 'take it from the Clock or Random port that is passed in (platform/time)';

/** The static name of a member access, or undefined when it is computed at run time. */
function memberName(node) {
  if (!node.computed) return node.property.name;
  if (node.property.type === 'Literal') return String(node.property.value);
  return undefined;
}

function moduleName(source) {
  return typeof source === 'string' ? source.replace(/^node:/, '') : '';
}

/** True when a local declaration hides the global of the same name. */
function isShadowed(context, node) {
  let scope = context.sourceCode.getScope(node);
  while (scope !== null && scope !== undefined) {
    const variable = scope.set.get(node.name);
    if (variable !== undefined && variable.defs.length > 0) return true;
    scope = scope.upper;
  }
  return false;
}

/** True when an identifier is only a name here (key, member, label, type), not a value that is read. */
function isOnlyAName(node) {
  const parent = node.parent;
  if (parent === null || parent === undefined) return true;
  if (parent.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull|Instantiation)/.test(parent.type))
    return true;
  if (parent.type === 'MemberExpression') return parent.property === node && !parent.computed;
  if (parent.type === 'Property') return parent.key === node && !parent.computed && !parent.shorthand;
  if (/^(MethodDefinition|PropertyDefinition|AccessorProperty)$/.test(parent.type)) {
    return parent.key === node && !parent.computed;
  }
  return /^(ImportSpecifier|ExportSpecifier|LabeledStatement|BreakStatement|ContinueStatement|MetaProperty)$/.test(
    parent.type,
  );
}

/** `Date` used in a way that does not read the clock. */
function isPureDateUse(node) {
  const parent = node.parent;
  if (parent.type === 'NewExpression' && parent.callee === node) {
    return parent.arguments.length > 0 && parent.arguments[0].type !== 'SpreadElement';
  }
  if (parent.type === 'MemberExpression' && parent.object === node) {
    return PURE_DATE_MEMBERS.has(memberName(parent) ?? '');
  }
  return parent.type === 'BinaryExpression' && parent.operator === 'instanceof' && parent.right === node;
}

const noAmbientTime = {
  meta: { type: 'problem' },
  create(context) {
    const report = (node, what) => context.report({ node, message: `${what} is ambient: ${HINT}.` });
    return {
      Identifier(node) {
        const { name } = node;
        const suspect = name === 'Date' || name === 'Math' || name === 'process' || AMBIENT_GLOBALS.has(name);
        if (!suspect && !GLOBAL_OBJECTS.has(name)) return;
        if (isOnlyAName(node) || isShadowed(context, node)) return;
        if (name === 'Date') {
          if (!isPureDateUse(node)) report(node, 'Reading the clock through Date');
          return;
        }
        if (AMBIENT_GLOBALS.has(name)) {
          report(node, name);
          return;
        }
        const parent = node.parent;
        const isMember = parent.type === 'MemberExpression' && parent.object === node;
        if (name === 'Math') {
          const member = isMember ? memberName(parent) : undefined;
          if (member === undefined || member === 'random') report(node, 'Math.random');
        } else if (name === 'process') {
          const member = isMember ? memberName(parent) : undefined;
          if (member === undefined || AMBIENT_PROCESS.has(member)) report(node, `process.${member ?? '*'}`);
        } else {
          report(node, `Reaching a global through ${name}`);
        }
      },
      ImportDeclaration(node) {
        if (node.importKind === 'type') return;
        const name = moduleName(node.source.value);
        if (AMBIENT_MODULES.has(name)) report(node, `node:${name}`);
        if (name === 'process') report(node, 'node:process');
        if (name !== 'crypto') return;
        for (const specifier of node.specifiers) {
          if (specifier.type !== 'ImportSpecifier') report(specifier, 'All of node:crypto');
          else if (AMBIENT_CRYPTO.has(specifier.imported.name)) report(specifier, specifier.imported.name);
        }
      },
      ExportAllDeclaration(node) {
        const name = moduleName(node.source.value);
        if (AMBIENT_MODULES.has(name) || name === 'crypto') report(node, `node:${name}`);
      },
      ExportNamedDeclaration(node) {
        const name = moduleName(node.source?.value);
        if (AMBIENT_MODULES.has(name) || name === 'process') report(node, `node:${name}`);
        if (name !== 'crypto') return;
        for (const specifier of node.specifiers) {
          if (AMBIENT_CRYPTO.has(specifier.local.name)) report(specifier, specifier.local.name);
        }
      },
      ImportExpression(node) {
        const name = moduleName(node.source.value);
        if (AMBIENT_MODULES.has(name) || name === 'crypto') report(node, `node:${name}`);
      },
    };
  },
};

const noProcessingTimeOperators = {
  meta: { type: 'problem' },
  create(context) {
    return {
      ImportDeclaration(node) {
        if (!/^rxjs(\/|$)/.test(node.source.value)) return;
        for (const specifier of node.specifiers) {
          if (specifier.type === 'ImportNamespaceSpecifier') {
            context.report({
              node: specifier,
              message: 'Import RxJS by name, so that its timers can be seen.',
            });
          } else if (
            specifier.type === 'ImportSpecifier' &&
            PROCESSING_TIME_OPERATORS.has(specifier.imported.name)
          ) {
            const message = `${specifier.imported.name} runs on processing time: window by event time instead.`;
            context.report({ node: specifier, message });
          }
        }
      },
    };
  },
};

const noEnum = {
  meta: { type: 'problem' },
  create(context) {
    return {
      TSEnumDeclaration(node) {
        context.report({ node, message: 'No enum: use a union of string literals, or a const object.' });
      },
    };
  },
};

export default {
  meta: { name: 'weir' },
  rules: {
    'no-ambient-time': noAmbientTime,
    'no-processing-time-operators': noProcessingTimeOperators,
    'no-enum': noEnum,
  },
};
