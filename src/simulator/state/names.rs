//! Sample names of companies and people, in the manner of the well-known demonstration tenants.

/// Customers in the order in which they are made: display name and default domain. Later ones are numbered.
pub(crate) const CUSTOMERS: &[(&str, &str)] = &[
    ("Contoso", "contoso.com"),
    ("Fabrikam", "fabrikam.com"),
    ("Tailspin Toys", "tailspintoys.com"),
    ("Adventure Works", "adventure-works.com"),
    ("Wingtip Toys", "wingtiptoys.com"),
    ("Northwind Traders", "northwindtraders.com"),
    ("Woodgrove Bank", "woodgrovebank.com"),
    ("Fourth Coffee", "fourthcoffee.com"),
    ("Litware", "litwareinc.com"),
    ("Margie's Travel", "margiestravel.com"),
    ("Trey Research", "treyresearch.net"),
    ("Lucerne Publishing", "lucernepublishing.com"),
    ("Alpine Ski House", "alpineskihouse.com"),
    ("Coho Winery", "cohowinery.com"),
    ("Coho Vineyard", "cohovineyard.com"),
    ("Southridge Video", "southridgevideo.com"),
    ("Blue Yonder Airlines", "blueyonderairlines.com"),
    ("City Power & Light", "cpandl.com"),
    ("Consolidated Messenger", "consolidatedmessenger.com"),
    ("Graphic Design Institute", "graphicdesigninstitute.com"),
    ("Humongous Insurance", "humongousinsurance.com"),
    ("VanArsdel", "vanarsdelltd.com"),
    ("The Phone Company", "thephone-company.com"),
    ("Wide World Importers", "wideworldimporters.com"),
];

/// The customer that is excluded in CIPP: never listed, never reached.
pub(crate) const EXCLUDED: (&str, &str) = ("Proseware", "proseware.com");

/// The partner's own tenant.
pub(crate) const PARTNER: (&str, &str) = ("A. Datum Corporation", "adatum.com");

/// Where guests come from.
pub(crate) const GUEST_DOMAINS: &[&str] = &["relecloud.com", "tailwindtraders.com", "cohovineyard.com"];

/// Mailboxes that several people share.
pub(crate) const SHARED: &[&str] = &["info", "sales", "support", "billing", "careers", "events", "press", "returns"];

/// Given names.
pub(crate) const GIVEN: &[&str] = &[
    "Adele", "Alex", "Allan", "Amara", "Bianca", "Carlos", "Chidi", "Christie", "Dalia", "Debra", "Diego", "Emily",
    "Enrico", "Farah", "Fatima", "Grady", "Hana", "Henrik", "Ines", "Irvin", "Isaiah", "Jamal", "Joni", "Jordan",
    "Kaori", "Lars", "Lee", "Lidia", "Lynne", "Mei", "Megan", "Miriam", "Mallory", "Nestor", "Nadia", "Olga", "Patti",
    "Pradeep", "Quinn", "Rashid", "Raul", "Sigrid", "Sofia", "Tariq", "Thandi", "Uma", "Viktor", "Wanda", "Yusuf",
    "Zofia",
];

/// Surnames. Their number and that of the given names have no common divisor, so that pairs repeat late.
pub(crate) const SURNAMES: &[&str] = &[
    "Abara",
    "Bauer",
    "Berg",
    "Bowen",
    "Cardoso",
    "Chen",
    "Cline",
    "Dahl",
    "Deyoung",
    "Eriksen",
    "Fischer",
    "Fofana",
    "Garcia",
    "Gruber",
    "Haddad",
    "Herrera",
    "Holloway",
    "Ivanova",
    "Jensen",
    "Johansson",
    "Kaur",
    "Kim",
    "Kowalski",
    "Langer",
    "Lopez",
    "Maalouf",
    "Moreau",
    "Morgan",
    "Nakamura",
    "Ndlovu",
    "Novak",
    "Okafor",
    "Olsen",
    "Patel",
    "Petrov",
    "Quist",
    "Reyes",
    "Robbins",
    "Rossi",
    "Santos",
    "Schmidt",
    "Silva",
    "Sorensen",
    "Suzuki",
    "Tan",
    "Thomas",
    "Vance",
    "Vega",
    "Wilber",
    "Yilmaz",
    "Zhang",
];

/// Departments with the job titles found in them.
pub(crate) const DEPARTMENTS: &[(&str, &[&str])] = &[
    ("Sales", &["Account Manager", "Sales Director", "Sales Representative"]),
    ("Marketing", &["Marketing Assistant", "Brand Manager", "Copywriter"]),
    ("Finance", &["Controller", "Accountant", "Payroll Specialist"]),
    ("IT", &["Systems Engineer", "Service Desk Analyst", "IT Manager"]),
    ("Operations", &["Operations Manager", "Warehouse Lead", "Planner"]),
    ("HR", &["HR Manager", "Recruiter", "Learning Specialist"]),
    ("Engineering", &["Product Engineer", "Quality Engineer", "Designer"]),
];

/// Offices: city, state, country, ISO country code, postal code, street, language, dialling code.
pub(crate) const OFFICES: &[[&str; 8]] = &[
    ["Seattle", "WA", "United States", "US", "98101", "200 Pine Street", "en-US", "+1 206"],
    ["Denver", "CO", "United States", "US", "80202", "1600 Larimer Street", "en-US", "+1 303"],
    ["London", "London", "United Kingdom", "GB", "EC1A 1BB", "12 Little Britain", "en-GB", "+44 20"],
    ["Utrecht", "Utrecht", "Netherlands", "NL", "3511 AB", "Oudegracht 40", "nl-NL", "+31 30"],
    ["Aarhus", "Midtjylland", "Denmark", "DK", "8000", "Havnegade 7", "da-DK", "+45 87"],
    ["Sydney", "NSW", "Australia", "AU", "2000", "55 George Street", "en-AU", "+61 2"],
];
