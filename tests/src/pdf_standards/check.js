// Asks veraPDF whether a PDF keeps a standard: check.js FILE FLAVOUR RULES
//
// Run by the JavaScript shell (Rhino) of the jar that veraPDF comes in, so that no compiler
// is needed. Prints how many checks were made, then a line for each that failed.

const vera = Packages.org.verapdf;
const profiles = vera.pdfa.validation.profiles.Profiles;
const flavour = vera.pdfa.flavours.PDFAFlavour.valueOf(arguments[1]);

// The jar has veraPDF's rules, but not the library (JAXB) that veraPDF reads them with.
function children(element, name) {
  const list = element.getElementsByTagName(name);
  const found = [];
  for (let i = 0; i < list.getLength(); i++) found.push(list.item(i));
  return found;
}

function text(element, name) {
  const found = children(element, name);
  return found.length ? found[0].getTextContent() : null;
}

function rule(element) {
  const [id] = children(element, "id");
  const number = java.lang.Integer.parseInt(id.getAttribute("testNumber"));
  const standard = vera.pdfa.flavours.PDFAFlavour.Specification.valueOf(
    id.getAttribute("specification"),
  );
  const [error] = children(element, "error");
  return profiles.ruleFromValues(
    profiles.ruleIdFromValues(standard, id.getAttribute("clause"), number),
    element.getAttribute("object"),
    java.lang.Boolean.valueOf(element.getAttribute("deferred")),
    "",
    text(element, "description"),
    text(element, "test"),
    profiles.errorFromValues(text(error, "message"), new java.util.ArrayList()),
    new java.util.ArrayList(),
  );
}

function variable(element) {
  return profiles.variableFromValues(
    element.getAttribute("name"),
    element.getAttribute("object"),
    text(element, "defaultValue"),
    text(element, "value"),
  );
}

const source = java.lang.ClassLoader.getSystemResourceAsStream(arguments[2]);
const builder = Packages.javax.xml.parsers.DocumentBuilderFactory.newInstance();
const root = builder.newDocumentBuilder().parse(source).getDocumentElement();
const rules = new java.util.HashSet();
children(root, "rule").forEach((element) => rules.add(rule(element)));
const variables = new java.util.HashSet();
children(root, "variable").forEach((element) => variables.add(variable(element)));
const details = profiles.profileDetailsFromValues("", "", "", new java.util.Date());
const profile = profiles.profileFromValues(flavour, details, "", rules, variables);

vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
const foundry = vera.pdfa.Foundries.defaultInstance();
const parser = foundry.createParser(new java.io.FileInputStream(arguments[0]), flavour);
const result = foundry.createValidator(profile, false).validate(parser);
print(result.getTotalAssertions());
const failed = result.getTestAssertions().iterator();
while (failed.hasNext()) {
  let assertion = failed.next();
  let place = assertion.getLocation().getContext();
  print(assertion.getRuleId().getClause() + " " + assertion.getMessage() + " – " + place);
}
