// What the README's tasks say they write.
assert new File(basedir, 'readme/cosine.png').length() > 0
// None of the consumers' tests was left out.
['activation-assertions', 'readme'].each { project ->
    def reports = new File(basedir, "$project/target/surefire-reports").listFiles().findAll { it.name.endsWith('.txt') }
    assert reports.size() == 1 && reports[0].text =~ /Tests run: [12], Failures: 0, Errors: 0, Skipped: 0/
}
// Who uses the library gets the versions that it is tested with, not those that its dependencies ask for.
def parent = new File(basedir, '../../../../pom.xml').canonicalFile.getText('UTF-8')
def modules = new File(basedir, 'modular/target/modules').list() as List
['commons-io', 'protobuf-java', 'gson', 'slf4j-api'].each { artifact ->
    def version = (parent =~ /<${artifact.replaceAll('-(java|api)$', '')}.version>(.*?)</)[0][1]
    assert modules.findAll { it.startsWith("$artifact-") } == ["$artifact-${version}.jar".toString()]
}
true
