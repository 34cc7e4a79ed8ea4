use tend_testkit::Tend;

#[test]
fn both_databases_have_one_schema() {
    assert_eq!(Tend::in_memory().schema(), Tend::in_postgres().schema());
}
