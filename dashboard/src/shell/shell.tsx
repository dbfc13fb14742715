import { session, signOut } from "../api/session.ts";
import { path } from "../path.ts";
import { CustomerList } from "../screens/customers/customer-list.tsx";
import { CustomerPage } from "../screens/customers/customer-page.tsx";
import { InvoiceList } from "../screens/invoices/invoice-list.tsx";
import { Overview } from "../screens/overview/overview.tsx";
import { PlanList } from "../screens/plans/plan-list.tsx";
import { Settings } from "../screens/settings/settings.tsx";

const pages = [
  { href: "/", name: "Overview" },
  { href: "/customers", name: "Customers" },
  { href: "/plans", name: "Plans" },
  { href: "/invoices", name: "Invoices" },
  { href: "/settings", name: "Settings" },
];

/** The frame around every page behind the sign-in. */
export function Shell() {
  return (
    <div class="shell">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <aside>
        <a class="brand" href="/">
          Tollbook
        </a>
        <Navigation />
        <Who />
      </aside>
      <main id="content">
        <Page />
      </main>
    </div>
  );
}

function Navigation() {
  return (
    <nav aria-label="Pages">
      <ul>
        {pages.map(({ href, name }) => (
          <li key={href}>
            <a href={href} aria-current={isIn(href) ? "page" : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function isIn(href: string): boolean {
  return href === "/" ? path.value === "/" : path.value.startsWith(href);
}

function Who() {
  const { account, member } = session.value ?? {};
  return (
    <div class="who">
      <strong>{account?.name}</strong>
      <span class="quiet">{member?.email}</span>
      <div>
        <a href="/docs">API docs</a>
        <button type="button" class="link" onClick={signOut}>
          Sign out
        </button>
      </div>
    </div>
  );
}

function Page() {
  const here = path.value;
  const [, customerId] = /^\/customers\/([^/]+)$/.exec(here) ?? [];
  if (customerId !== undefined) return <CustomerPage key={customerId} customerId={customerId} />;
  switch (here) {
    case "/customers":
      return <CustomerList />;
    case "/plans":
      return <PlanList />;
    case "/invoices":
      return <InvoiceList />;
    case "/settings":
      return <Settings />;
    default:
      return <Overview />;
  }
}
