import { counted, shortPath } from "../../judgement/format";
import type { Pick } from "./picks";
import { SIGN_PATHS, type SignName } from "./sign";
import { type Column, type Part, partsIn, type Place, type Topology } from "./topology";
import { type Box, DETAIL_CHARACTER, type Layout, NAME_CHARACTER, roleKey, SITE_ROOM } from "./topology-layout";
import type { TrafficLine } from "./traffic-lines";

export interface PictureProps {
  readonly stack: string;
  readonly topology: Topology;
  readonly layout: Layout;
  readonly lines: readonly TrafficLine[];
  readonly picks: ReadonlyMap<string, Pick>;
}

const MARGIN = 6;

/** The hive as a picture. Each thing in it is a link to what happens without it, so that it works by keyboard and without script. */
export function Picture({ stack, topology, layout, lines, picks }: PictureProps) {
  const size = { width: layout.width + 2 * MARGIN, height: layout.height + 2 * MARGIN };
  const surroundings = surroundingsOf(topology, layout);
  const viewBox = `${-MARGIN} ${-MARGIN} ${size.width} ${size.height}`;
  return (
    <svg
      class="picture"
      viewBox={viewBox}
      width={Math.round(size.width)}
      height={Math.round(size.height)}
      role="group"
      aria-label={`Topology of ${stack}: sites, zones and machines`}
    >
      {surroundings.map((of) => (
        <SurroundingBox of={of} pick={picks.get(of.id)} />
      ))}
      <g class="lines" aria-hidden="true">
        {lines.map((line) => (
          <Traffic line={line} />
        ))}
      </g>
      <Visitors box={layout.visitors} />
      {surroundings.map((of) => (
        <Heading of={of} pick={picks.get(of.id)} />
      ))}
      {partsIn(topology.places).map((part) => (
        <PartBox part={part} stack={stack} layout={layout} pick={picks.get(part.id)} />
      ))}
    </svg>
  );
}

/** A box with a heading: a site or a zone. */
interface Surrounding {
  readonly kind: "site" | "zone";
  readonly id: string;
  readonly node: string;
  readonly label: string;
  readonly detail: string;
  readonly box: Box;
}

function surroundingsOf({ places }: Topology, { boxes }: Layout): Surrounding[] {
  return places.flatMap((place) => [
    ...surrounding("site", place, place.detail, grown(boxes.get(place.id)!)),
    ...place.columns.flatMap((column) => surrounding("zone", column, "", boxes.get(column.id)!)),
  ]);
}

function surrounding(kind: "site" | "zone", { id, node, label }: Place | Column, detail: string, box: Box) {
  return node === undefined ? [] : [{ kind, id, node, label, detail, box }];
}

interface SurroundingProps {
  readonly of: Surrounding;
  readonly pick: Pick | undefined;
}

function SurroundingBox({ of: { kind, id, node, detail, box }, pick }: SurroundingProps) {
  return (
    <Pickable id={id} class={kind} pick={pick} name={`${node}${detail && `, ${detail}`}`}>
      <rect {...rectangle(box)} rx={kind === "site" ? 16 : 10} />
    </Pickable>
  );
}

/** Above the lines, which stop around it. */
function Heading({ of: { kind, id, label, detail, box }, pick }: SurroundingProps) {
  const single = pick?.single === true;
  const room = Math.floor((box.width - 50) / NAME_CHARACTER);
  const shown = shortened(label, room);
  const rest = room - shown.length - 3;
  return (
    <g class={`heading ${kind}${single ? " single" : ""}`} data-element={id} aria-hidden="true">
      <text x={box.x + 14} y={box.y + 23} class="name">
        {shown}
        {detail !== "" && rest > 8 && (
          <tspan class="detail" dx="10">
            {shortened(detail, rest)}
          </tspan>
        )}
      </text>
      <Signs x={box.x + box.width - 30} y={box.y + 10} single={single} />
    </g>
  );
}

function Traffic({ line: { link, branches } }: { readonly line: TrafficLine }) {
  const to = "tier" in link.to ? { "data-to-tier": link.to.tier } : { "data-to-part": link.to.part };
  return (
    <g class={link.alternative || "part" in link.to ? "line line-dashed" : "line"} data-from={link.from ?? ""} {...to}>
      {branches.map(({ part, path, arrow }) => (
        <g class="branch" data-of={part}>
          <path d={path} />
          {arrow !== undefined && <path class="arrow" d={`M${arrow.x} ${arrow.y}l-4.5 -8h9z`} />}
        </g>
      ))}
    </g>
  );
}

function Visitors({ box }: { readonly box: Box }) {
  const middle = box.x + box.width / 2;
  return (
    <g class="visitors" data-visitors>
      <rect {...rectangle(box)} rx={box.height / 2} />
      <text x={middle} y={box.y + 20} class="name">
        visitors
      </text>
      <text x={middle} y={box.y + 36} class="detail" data-served>
        are served
      </text>
    </g>
  );
}

interface PartProps {
  readonly part: Part;
  readonly stack: string;
  readonly layout: Layout;
  readonly pick: Pick | undefined;
}

function PartBox({ part, stack, layout, pick }: PartProps) {
  const { id, kind, label, detail, nodes, roles } = part;
  const box = layout.parts.get(id)!;
  const tiers = roles.map(({ tier }) => shortPath(tier, stack)).join(", ");
  const what = nodes.length > 1 ? counted(nodes.length, "identical machine") : label;
  const purpose = tiers === "" ? detail : `${kind} of ${tiers}`;
  const name = shortened(label, Math.floor((box.width - 20) / NAME_CHARACTER));
  const middle = box.x + box.width / 2;
  const shared = roles.length > 1;
  return (
    <Pickable id={id} class={`part part-${kind.replace(" ", "-")}`} pick={pick} name={`${what}, ${purpose}`}>
      {shared ? (
        <>
          <rect {...rectangle(box)} rx="10" class="case" />
          <text x={box.x + 12} y={box.y + 17} class="name heading-name">
            {name}
          </text>
          {roles.map((role) => (
            <Role tier={shortPath(role.tier, stack)} path={role.tier} box={layout.roles.get(roleKey(id, role.row))!} />
          ))}
        </>
      ) : (
        <g data-tier={roles[0]?.tier}>
          <rect {...rectangle(box)} rx="8" />
          <text x={middle} y={box.y + 23} class="name">
            {name}
          </text>
          <text x={middle} y={box.y + 40} class="detail">
            {shortened(detail, Math.floor((box.width - 12) / DETAIL_CHARACTER))}
          </text>
        </g>
      )}
      <text x={middle} y={shared ? box.y + box.height + 15 : box.y + 40} class="detail left" data-left />
      <Signs x={box.x + box.width - 14} y={box.y - 7} single={pick?.single === true} badge />
    </Pickable>
  );
}

function Role({ tier, path, box }: { readonly tier: string; readonly path: string; readonly box: Box }) {
  return (
    <g class="role" data-tier={path}>
      <rect {...rectangle(box)} rx="7" />
      <text x={box.x + box.width / 2} y={box.y + box.height / 2 + 4} class="detail">
        {shortened(tier, Math.floor((box.width - 12) / DETAIL_CHARACTER))}
      </text>
    </g>
  );
}

interface PickableProps {
  readonly id: string;
  readonly class: string;
  readonly pick: Pick | undefined;
  readonly name: string;
  readonly children: preact.ComponentChildren;
}

function Pickable({ id, class: kind, pick, name, children }: PickableProps) {
  if (pick === undefined) {
    return (
      <g class={kind} data-element={id}>
        {children}
      </g>
    );
  }
  return (
    <a
      class={`${kind} pickable${pick.single ? " single" : ""}`}
      href={`#${pick.id}`}
      data-element={id}
      data-pick={pick.id}
      aria-label={`${name}${pick.single ? ", single point of failure" : ""}`}
    >
      <title>{`${name}${pick.single ? "\nsingle point of failure" : ""}`}</title>
      {children}
    </a>
  );
}

interface SignsProps {
  readonly x: number;
  readonly y: number;
  readonly single: boolean;
  /** On the border of a part, with ground of its own. @default false */
  readonly badge?: boolean;
}

/** One of them is seen at most: a single point, or what happened to it. */
function Signs({ x, y, single, badge = false }: SignsProps) {
  const signs: readonly (readonly [SignName, string])[] = [
    ...(single ? [["alert", "when-single"] as const] : []),
    ["bad", "when-gone"],
    ["stopped", "when-idle"],
  ];
  return (
    <g aria-hidden="true" transform={`translate(${x} ${y})`}>
      {signs.map(([name, when]) => (
        <g class={when}>
          {badge && <circle cx="8" cy={name === "alert" ? 9 : 8} r="11" class="badge" />}
          <path class="sign" d={SIGN_PATHS[name]} />
        </g>
      ))}
    </g>
  );
}

/** A site has room for its zones around them. */
const grown = ({ x, y, width, height }: Box): Box => ({
  x: x - SITE_ROOM,
  y: y - SITE_ROOM,
  width: width + 2 * SITE_ROOM,
  height: height + 2 * SITE_ROOM,
});

const rectangle = ({ x, y, width, height }: Box) => ({ x, y, width, height });

/** The middle goes: names differ at their ends. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = Math.max(2, most - 1);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}
