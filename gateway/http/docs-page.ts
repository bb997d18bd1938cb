import { errorCodes } from '../../platform/errors/codes.ts';
import { html, nothing, page, type Html } from './html.ts';
import { errorsOf, guardText, openApiDocument, type ApiInfo, type Json, type JsonObject } from './openapi.ts';
import type { Route } from './route.ts';

/** The API as a page for people: the same facts as /openapi.json, without scripts. */
export function docsPage(routes: readonly Route[], info: ApiInfo): string {
  const document = openApiDocument(routes, info);
  const tags = [...new Set(routes.map((route) => route.tag))];
  return page(
    'API',
    html`<main>
      <h1>Weir API</h1>
      <p class="quiet">
        Version ${info.version}. The machine-readable description is
        <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).
      </p>
      <p>
        Send an API key as <code>Authorization: Bearer weir_…</code>. The tenant comes from the key. Times are
        milliseconds since 1970 or RFC 3339; money in series is in major units of the tenant’s currency.
      </p>
      <nav aria-label="Contents">
        <ul>
          ${tags.map((tag) => html`<li><a href="#${anchor(tag)}">${tag}</a></li>`)}
          <li><a href="#errors">Errors</a></li>
        </ul>
      </nav>
      ${tags.map((tag) => tagSection(tag, routes, document))} ${schemaSection(document)} ${errorSection()}
    </main>`,
  );
}

function tagSection(tag: string, routes: readonly Route[], document: JsonObject): Html {
  const own = routes.filter((route) => route.tag === tag);
  return html`<section aria-labelledby="${anchor(tag)}">
    <h2 id="${anchor(tag)}">${tag}</h2>
    ${own.map((route) => routeSection(route, operationOf(document, route)))}
  </section>`;
}

function routeSection(route: Route, operation: JsonObject): Html {
  const { parameters, requestBody } = operation;
  return html`<article>
    <h3><span class="method">${route.method}</span> ${route.path}</h3>
    <p>${route.summary} ${route.description ?? ''} <span class="quiet">${guardText(route.guard)}</span></p>
    ${Array.isArray(parameters) ? parameterTable(parameters) : nothing}
    ${requestBody === undefined ? nothing : schemaBlock('Body', at(requestBody, 'content', 'application/json', 'schema'))}
    ${
      route.status === 204
        ? html`<p class="quiet">Answers 204 without a body.</p>`
        : schemaBlock(
            `Answer ${route.status}`,
            at(operation, 'responses', String(route.status), 'content', 'application/json', 'schema'),
          )
    }
    <p class="quiet">Errors: ${[...errorsOf(route).values()].flat().join(', ')}.</p>
  </article>`;
}

function parameterTable(parameters: readonly Json[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th>Parameter</th>
        <th>In</th>
        <th>Value</th>
        <th>Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${parameters.map(
        (parameter) =>
          html`<tr>
            <td>
              <code>${text(at(parameter, 'name'))}</code
              >${at(parameter, 'required') === true ? '' : ' (optional)'}
            </td>
            <td>${text(at(parameter, 'in'))}</td>
            <td><code>${shortSchema(at(parameter, 'schema'))}</code></td>
            <td>${text(at(parameter, 'description'))}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function schemaBlock(title: string, schema: Json): Html {
  const name = at(schema, '$ref');
  if (typeof name === 'string') {
    const last = name.slice(name.lastIndexOf('/') + 1);
    return html`<p>
      ${title}: <a href="#schema-${last}"><code>${last}</code></a>
    </p>`;
  }
  return html`<details>
    <summary>${title}</summary>
    <pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre>
  </details>`;
}

function schemaSection(document: JsonObject): Html {
  const schemas = at(document, 'components', 'schemas');
  const entries = typeof schemas === 'object' && schemas !== null ? Object.entries(schemas) : [];
  return html`<section aria-labelledby="schemas">
    <h2 id="schemas">Schemas</h2>
    ${entries.map(
      ([name, schema]) =>
        html`<h3 id="schema-${name}">${name}</h3>
          <pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre>`,
    )}
  </section>`;
}

function errorSection(): Html {
  return html`<section aria-labelledby="errors">
    <h2 id="errors">Errors</h2>
    <table>
      <thead>
        <tr>
          <th>Code</th>
          <th>Status</th>
          <th>What to do</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(errorCodes).map(
          ([code, spec]) =>
            html`<tr>
              <td><code>${code}</code></td>
              <td>${spec.httpStatus}</td>
              <td>${spec.mend}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function operationOf(document: JsonObject, route: Route): JsonObject {
  const found = at(document, 'paths', route.path, route.method.toLowerCase());
  return isObject(found) ? found : {};
}

function at(value: Json | undefined, ...path: readonly string[]): Json {
  let here: Json = value ?? null;
  for (const part of path) here = isObject(here) ? (here[part] ?? null) : null;
  return here;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: Json): string {
  return typeof value === 'string' ? value : '';
}

function shortSchema(schema: Json): string {
  const choices = at(schema, 'enum');
  if (Array.isArray(choices)) return choices.map(String).join(' | ');
  return text(at(schema, 'type')) || 'text';
}

function anchor(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
