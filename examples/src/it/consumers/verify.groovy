// What the README's tasks say they write.
assert new File(basedir, 'readme/cosine.png').length() > 0
// None of the consumers' tests was left out.
['activation-assertions', 'readme'].each { project ->
    def reports = new File(basedir, "$project/target/surefire-reports").listFiles().findAll { it.name.endsWith('.txt') }
    assert reports.size() == 1 && reports[0].text =~ /Tests run: [12], Failures: 0, Errors: 0, Skipped: 0/
}
true
